// Writes a ZIP archive: the plain format of 1993, each file deflated, without dates, owners or paths of the machine that
// made it, so that the same files make the same archive. Files up to 4 GiB in all; names are UTF-8.
import { deflateRawSync } from "node:zlib";

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});
function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 255] ^ (value >>> 8);
  return ~value >>> 0;
}

const VERSION = 20; // 2.0: deflate and folders
const UTF8 = 0x800;
const DEFLATED = 8;
const DATE = 0x21; // the first day of 1980, the earliest that the format knows

// `files`: [name, bytes], in the order in which they shall stand.
export function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, bytes] of files) {
    const path = Buffer.from(name);
    const packed = deflateRawSync(bytes, { level: 9 });
    // What both headers say of a file.
    const told = Buffer.alloc(26);
    told.writeUInt16LE(VERSION, 0);
    told.writeUInt16LE(UTF8, 2);
    told.writeUInt16LE(DEFLATED, 4);
    told.writeUInt16LE(DATE, 8);
    told.writeUInt32LE(crc32(bytes), 10);
    told.writeUInt32LE(packed.length, 14);
    told.writeUInt32LE(bytes.length, 18);
    told.writeUInt16LE(path.length, 22);
    parts.push(Buffer.from("PK\x03\x04"), told, path, packed);

    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((0o100644 << 16) >>> 0, 6); // an ordinary file that all may read
    rest.writeUInt32LE(offset, 10);
    const maker = Buffer.from([VERSION, 3]); // made on Unix
    directory.push(Buffer.from("PK\x01\x02"), maker, told, rest, path);
    offset += 4 + told.length + path.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, listed, Buffer.from("PK\x05\x06"), end]);
}
