// Unpacks the program, which is kept as an LZMA stream: three quarters of what a server's gzip would make of it, and a third
// of what is sent by a server that packs nothing. Used on a first visit and in the single file; a later visit finds the
// program unpacked in the browser's copy. It knows nothing of what it unpacks, and asks for nothing.
//
// `globalThis.pullcheckUnpack(bytes, size)` resolves to the unpacked bytes. A worker does it, so that the page draws and
// hears on meanwhile; it is started from a blob: address, holds nothing but the function below, and ends with its work.

// Unpacks `size` bytes of an LZMA stream with the 13 bytes of head that `xz --format=lzma` writes. The names are those of
// the format's description. Only streams of our own build are read: damage ends in an error or in wrong bytes, never in
// a loop without end, for each step consumes size.
function unlzma(input, size) {
  const output = new Uint8Array(size);
  const chances = (count) => new Uint16Array(count).fill(1024);
  const properties = input[0];
  const lc = properties % 9;
  const lpMask = (1 << (Math.floor(properties / 9) % 5)) - 1;
  const pbMask = (1 << Math.floor(properties / 45)) - 1;

  let next = 18; // the head, and the five bytes that the decoder starts from
  let range = 0xffffffff;
  let code = ((input[14] << 24) | (input[15] << 16) | (input[16] << 8) | input[17]) >>> 0;
  const normalize = () => {
    if (range >= 0x1000000) return;
    range = (range << 8) >>> 0;
    code = ((code << 8) | input[next++]) >>> 0;
  };
  const bit = (chance, at) => {
    const bound = (range >>> 11) * chance[at];
    if (code < bound) {
      range = bound;
      chance[at] += (2048 - chance[at]) >> 5;
      normalize();
      return 0;
    }
    range -= bound;
    code -= bound;
    chance[at] -= chance[at] >> 5;
    normalize();
    return 1;
  };
  const tree = (chance, from, bits) => {
    let node = 1;
    for (let count = 0; count < bits; count += 1) node = (node << 1) | bit(chance, from + node);
    return node - (1 << bits);
  };
  const reverseTree = (chance, from, bits) => {
    let node = 1, value = 0;
    for (let count = 0; count < bits; count += 1) {
      const one = bit(chance, from + node);
      node = (node << 1) | one;
      value |= one << count;
    }
    return value;
  };
  const directBits = (bits) => {
    let value = 0;
    for (let count = 0; count < bits; count += 1) {
      range >>>= 1;
      const one = code >= range ? 1 : 0;
      if (one) code -= range;
      normalize();
      value = value * 2 + one;
    }
    return value;
  };
  const lengthCoder = () => ({ choice: chances(2), low: chances(16 << 3), mid: chances(16 << 3), high: chances(256) });
  const lengthOf = (coder, posState) => {
    if (!bit(coder.choice, 0)) return 2 + tree(coder.low, posState << 3, 3);
    if (!bit(coder.choice, 1)) return 10 + tree(coder.mid, posState << 3, 3);
    return 18 + tree(coder.high, 0, 8);
  };

  const literals = chances(0x300 << (lc + Math.floor(properties / 9) % 5));
  const isMatch = chances(12 << 4), isRep = chances(12), isRepG0 = chances(12), isRepG1 = chances(12), isRepG2 = chances(12);
  const isRep0Long = chances(12 << 4);
  const slots = chances(4 << 6), positions = chances(128), align = chances(16);
  const lengths = lengthCoder(), repLengths = lengthCoder();
  let state = 0, rep0 = 0, rep1 = 0, rep2 = 0, rep3 = 0, filled = 0;

  while (filled < size) {
    if (next > input.length + 4) throw new Error("the program ends too early");
    const posState = filled & pbMask;
    if (!bit(isMatch, (state << 4) + posState)) {
      const before = filled > 0 ? output[filled - 1] : 0;
      const from = 0x300 * (((filled & lpMask) << lc) + (before >> (8 - lc)));
      let symbol = 1;
      if (state >= 7) {
        let match = output[filled - rep0 - 1];
        while (symbol < 0x100) {
          const matchBit = (match >> 7) & 1;
          match <<= 1;
          const one = bit(literals, from + ((1 + matchBit) << 8) + symbol);
          symbol = (symbol << 1) | one;
          if (matchBit !== one) break;
        }
      }
      while (symbol < 0x100) symbol = (symbol << 1) | bit(literals, from + symbol);
      output[filled++] = symbol & 255;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let length;
    if (bit(isRep, state)) {
      if (!bit(isRepG0, state)) {
        if (!bit(isRep0Long, (state << 4) + posState)) {
          state = state < 7 ? 9 : 11;
          output[filled] = output[filled - rep0 - 1];
          filled += 1;
          continue;
        }
      } else if (!bit(isRepG1, state)) {
        [rep0, rep1] = [rep1, rep0];
      } else if (!bit(isRepG2, state)) {
        [rep0, rep1, rep2] = [rep2, rep0, rep1];
      } else {
        [rep0, rep1, rep2, rep3] = [rep3, rep0, rep1, rep2];
      }
      length = lengthOf(repLengths, posState);
      state = state < 7 ? 8 : 11;
    } else {
      [rep1, rep2, rep3] = [rep0, rep1, rep2];
      length = lengthOf(lengths, posState);
      state = state < 7 ? 7 : 10;
      const slot = tree(slots, Math.min(length - 2, 3) << 6, 6);
      if (slot < 4) {
        rep0 = slot;
      } else {
        const bits = (slot >> 1) - 1;
        const base = (2 | (slot & 1)) * 2 ** bits;
        rep0 = slot < 14 ? base + reverseTree(positions, base - slot, bits) : base + directBits(bits - 4) * 16 + reverseTree(align, 0, 4);
      }
    }
    if (rep0 >= filled) throw new Error("the program is damaged");
    for (const end = Math.min(filled + length, size); filled < end; filled += 1) output[filled] = output[filled - rep0 - 1];
  }
  return output;
}

globalThis.pullcheckUnpack = (bytes, size) =>
  new Promise((done, refuse) => {
    const text = `${unlzma}
      addEventListener("message", ({ data: [bytes, size] }) => {
        const whole = unlzma(bytes, size);
        postMessage(whole, [whole.buffer]);
      });`;
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const worker = new Worker(address);
    const end = (settle) => (event) => {
      worker.terminate();
      URL.revokeObjectURL(address);
      settle(event);
    };
    worker.addEventListener("message", end(({ data }) => done(data)));
    worker.addEventListener("error", end((event) => {
      event.preventDefault();
      refuse(new Error(event.message));
    }));
    worker.postMessage([bytes, size], [bytes.buffer]);
  });
