// The size of each kernel: bodies in the code section of a module, by the names under which it exports them.
import type { Kernel } from "./record.ts";

const EXPORTS = 7;
const CODE = 10;
const FUNCTION = 0;

/** Reads a module from its eighth byte on. */
class Reader {
  at = 8;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  /** An unsigned integer, seven bits per byte. */
  count(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  name(): string {
    const length = this.count();
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  }
}

export function kernelsOf(module: Uint8Array<ArrayBuffer>): readonly Kernel[] {
  const reader = new Reader(module);
  const names = new Map<number, string[]>();
  const bodies: number[] = [];
  while (!reader.done) {
    const section = reader.count();
    const size = reader.count();
    const end = reader.at + size;
    if (section === EXPORTS) readExports(reader, names);
    if (section === CODE) readBodies(reader, bodies);
    reader.at = end;
  }
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(module));
  const imported = imports.filter(({ kind }) => kind === "function").length; // they come first in the numbering
  return bodies.map((bytes, i) => ({ names: names.get(imported + i) ?? [], bytes }));
}

function readExports(reader: Reader, names: Map<number, string[]>): void {
  const exports = reader.count();
  for (let i = 0; i < exports; i++) {
    const name = reader.name();
    const kind = reader.count();
    const index = reader.count();
    if (kind === FUNCTION) names.set(index, [...(names.get(index) ?? []), name]);
  }
}

function readBodies(reader: Reader, bodies: number[]): void {
  const functions = reader.count();
  for (let i = 0; i < functions; i++) {
    const size = reader.count();
    bodies.push(size);
    reader.at += size;
  }
}
