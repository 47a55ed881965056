// An image that is large enough to be seen reading: a layout with a few layers of noise, made once for a test file.
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { gzipSync } from "node:zlib";

export const LAYERS = 4;
export const folder = mkdtempSync(join(tmpdir(), "pullcheck-large-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const sha256 = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

// The header of a file in a tar.
export function tarHeader(name, size) {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.fill(" ", 148, 156);
  header.write("0ustar\x0000", 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

// A tar with one file of so many bytes of noise.
export function tarOf(megabytes) {
  const size = megabytes << 20;
  return Buffer.concat([tarHeader("noise", size), randomBytes(size), Buffer.alloc(1024)]);
}

// A layout with a few large layers, in a folder on disk. Made once.
let made;
export function layout() {
  if (made) return made;
  made = join(folder, "layout");
  mkdirSync(join(made, "blobs/sha256"), { recursive: true });
  const put = (mediaType, bytes) => {
    const digest = sha256(bytes);
    writeFileSync(join(made, "blobs", digest.replace(":", "/")), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const tars = Array.from({ length: LAYERS }, (_, number) => tarOf(64 + number));
  const layers = tars.map((tar) => put("application/vnd.oci.image.layer.v1.tar+gzip", gzipSync(tar, { level: 0 })));
  const json = (value) => Buffer.from(JSON.stringify(value));
  const config = put("application/vnd.oci.image.config.v1+json", json({ architecture: "amd64", os: "linux", config: { Cmd: ["/noise"] }, rootfs: { type: "layers", diff_ids: tars.map(sha256) } }));
  const manifest = put(
    "application/vnd.oci.image.manifest.v1+json",
    json({ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config, layers }),
  );
  writeFileSync(join(made, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(made, "index.json"), json({ schemaVersion: 2, manifests: [{ ...manifest, annotations: { "org.opencontainers.image.ref.name": "v1" } }] }));
  return made;
}
