// Unpacks the program as setup/pack.mjs packed it: its instructions parted into what is alike (operations, locals, offsets,
// constants), and all of it as one LZMA stream. That is seven tenths of what a server's gzip would make of it, and three
// tenths of what a server sends that packs nothing. Used on a first visit and in the single file; a later visit finds the
// program unpacked in the browser's copy. It asks for nothing.
//
// `globalThis.pullcheckUnpack(bytes, size)` resolves to the `size` unpacked bytes: the WebAssembly module, and whatever was
// packed behind it. A worker does it, so that the page draws and hears on meanwhile; it is started from a blob: address,
// holds nothing but the functions below, and ends with its work.

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

// Goes through the contents of a module's code section, instruction by instruction, and moves each byte between `code` and
// the part that it belongs to: out of the parts into the code where `joining`, and the other way round when it is packed.
// A part is { bytes, at }. Instructions by their numbers in the specification's index (WebAssembly 3.0, appendix).
function walkCode(code, [operations, read, written, offsets, constants, labels, others], joining) {
  let at = 0;
  const byte = (part) => {
    if (at === code.length) throw new Error("the program is damaged");
    return joining ? (code[at++] = part.bytes[part.at++]) : (part.bytes[part.at++] = code[at++]);
  };
  const bytes = (part, count) => {
    for (let left = count; left > 0; left -= 1) byte(part);
  };
  // A number in LEB128; what it comes to where it counts something.
  const number = (part) => {
    let value = 0, shift = 0, one;
    do {
      one = byte(part);
      value += (one & 127) * 2 ** shift;
      shift += 7;
    } while (one > 127);
    return value;
  };
  const numbers = (part, count) => {
    for (let left = count; left > 0; left -= 1) number(part);
  };
  const place = () => {
    number(operations); // alignment
    number(offsets);
  };

  for (let bodies = number(others); bodies > 0; bodies -= 1) {
    const size = number(others);
    const end = at + size;
    for (let groups = number(others); groups > 0; groups -= 1) {
      number(others);
      byte(others);
    }
    while (at < end) {
      const operation = byte(operations);
      if (operation === 0x20) number(read);
      else if (operation === 0x21 || operation === 0x22) number(written);
      else if (operation === 0x41) number(constants);
      else if (operation >= 0x28 && operation <= 0x3e) place();
      else if ((operation >= 0x02 && operation <= 0x04) || operation === 0x10) number(operations); // type of a block, function
      else if (operation === 0x0c || operation === 0x0d) number(labels);
      else if (operation === 0x0e) numbers(others, number(others) + 1); // table of labels
      else if (operation === 0x11) numbers(others, 2); // call by table
      else if ((operation >= 0x23 && operation <= 0x26) || operation === 0x42 || operation === 0xd2) number(others);
      else if (operation === 0x3f || operation === 0x40 || operation === 0xd0) byte(others);
      else if (operation === 0x43 || operation === 0x44) bytes(others, operation === 0x43 ? 4 : 8);
      else if (operation === 0x1c) bytes(others, number(others));
      else if (operation === 0xfc) {
        const more = number(operations);
        if (more >= 8) numbers(others, more === 9 || more === 11 || more === 13 || more > 14 ? 1 : 2); // memory and tables
      } else if (operation === 0xfd) {
        const more = number(operations);
        if (more <= 11 || (more >= 84 && more <= 93)) place();
        if (more === 12 || more === 13) bytes(others, 16); // constant, shuffle
        if ((more >= 21 && more <= 34) || (more >= 84 && more <= 91)) byte(others); // lane
      } else if (operation > 0xd1 || (operation > 0xc4 && operation < 0xd0) || (operation > 0x11 && operation < 0x1a) || (operation > 0x05 && operation < 0x0b)) {
        throw new Error(`the program is damaged, or has an instruction that is not known here: 0x${operation.toString(16)}`);
      }
    }
    if (at !== end) throw new Error("the program is damaged");
  }
}

// The size of the table that stands before what was parted: where the code stood in the module, and the size of each part.
const TABLE = 32;

// From parts to a module and what stands behind it.
function join(content, table) {
  const sizes = new DataView(content.buffer, content.byteOffset, table);
  const start = sizes.getUint32(0, true);
  const parts = [];
  let from = table + start;
  for (let entry = 4; entry < table; entry += 4) {
    const size = sizes.getUint32(entry, true);
    parts.push({ bytes: content.subarray(from, from + size), at: 0 });
    from += size;
  }
  const whole = content.slice(table);
  walkCode(whole.subarray(start, from - table), parts, true);
  return whole;
}

globalThis.pullcheckUnpack = (bytes, size) =>
  new Promise((done, refuse) => {
    const text = `${unlzma}
      ${walkCode}
      ${join}
      addEventListener("message", ({ data: [bytes, size] }) => {
        const whole = join(unlzma(bytes, size + ${TABLE}), ${TABLE});
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
