// Stands in the single file only (setup/single-file.mjs): gives www/boot.js the program that the document carries.
//
// The program is one text of which a character holds two bytes of an LZMA stream, and that holds the WebAssembly module and
// after it the generated glue: seven tenths of what gzip and base64 would take.
// The glue runs as an inline script, which the policy allows for one digest only. It stands last because in such a stream
// a wrong bit spoils all that follows: where the glue still has its digest, the module before it is whole.

// The bytes of a text made by `inText` of setup/single-file.mjs.
function bytesOf(text, length) {
  const bytes = new Uint8Array(length + 1);
  let filled = 0;
  for (let at = 0; at < text.length && filled < length; at += 1) {
    const code = text.charCodeAt(at);
    const unit = code === 0xe000 ? text.charCodeAt(++at) ^ 0x8000 : code;
    bytes[filled++] = unit & 255;
    bytes[filled++] = unit >> 8;
  }
  if (filled < length) throw new Error(`this file was cut: ${filled} of ${length} bytes of the program are there`);
  return bytes.subarray(0, length);
}

// Runs the glue as an inline script; resolves to what it exports. A glue of another digest is refused by the policy.
function runGlue(text) {
  return new Promise((done, refuse) => {
    globalThis.pullcheckGlue = (glue) => {
      delete globalThis.pullcheckGlue;
      done(glue);
    };
    const script = document.createElement("script");
    script.type = "module";
    script.textContent = text;
    document.addEventListener("securitypolicyviolation", () => refuse(new Error("the program in this file is damaged")), { once: true });
    document.head.append(script);
  });
}

globalThis.pullcheckCarried = async () => {
  const holder = document.getElementById("program");
  const { packed, wasm, glue } = holder.dataset;
  const whole = await globalThis.pullcheckUnpack(bytesOf(holder.textContent, Number(packed)), Number(wasm) + Number(glue));
  holder.remove();
  const text = new TextDecoder().decode(whole.subarray(Number(wasm)));
  const ran = await runGlue(text);
  const module = await WebAssembly.compile(whole.subarray(0, Number(wasm)));
  // What a worker runs needs no line that hands the glue over.
  return [module, ran, text.slice(0, text.lastIndexOf("globalThis.pullcheckGlue("))];
};
