// Stands in the single file only (setup/single-file.mjs): gives www/boot.js the program that the document carries, and the
// document its style sheet.
//
// All of it is one packed stream, and the stream is one text. What comes out of it is the WebAssembly module, then the style
// sheet, then the generated glue. Sheet and glue are put into the document as inline texts, which the policy allows for one
// digest each. The glue stands last because in such a stream a wrong bit spoils all that follows: where the glue still has
// its digest, what stands before it is whole.

// Where a unit of UTF-16 stands among those that the text may hold.
const numberOf = (unit) => unit - 1 - (unit > 0x0d) - (unit > 0x3c) - (unit > 0xe000 && 0x801) - (unit > 0xfdef && 0x20) - (unit > 0xfeff);

// The bytes of a text made by `inText` of setup/single-file.mjs, which also says what the numbers are.
function bytesOf(text, length) {
  const bytes = new Uint8Array(length);
  let state = 0, at = 0;
  for (let filled = 0; filled < length; filled += 1) {
    while (state < 0x8000) {
      if (at === text.length) throw new Error(`this file was cut: ${filled} of ${length} bytes of the program are there`);
      state = state * 63449 + numberOf(text.charCodeAt(at++));
    }
    bytes[filled] = state & 255;
    state >>= 8;
  }
  return bytes;
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
  const [wasm, style, glue] = holder.dataset.sizes.split(" ").map(Number);
  const whole = await globalThis.pullcheckUnpack(bytesOf(holder.textContent, Number(holder.dataset.packed)), wasm + style + glue);
  holder.remove();
  const textOf = (from, size) => new TextDecoder().decode(whole.subarray(from, from + size));
  const text = textOf(wasm + style, glue);
  const ran = await runGlue(text);
  const sheet = document.createElement("style");
  sheet.textContent = textOf(wasm, style);
  document.querySelector("style").replaceWith(sheet);
  const module = await WebAssembly.compile(whole.subarray(0, wasm));
  // What a worker runs needs no line that hands the glue over.
  return [module, ran, text.slice(0, text.lastIndexOf("globalThis.pullcheckGlue("))];
};
