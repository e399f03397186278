// Runs raft-core's wasm module in Node, with the arguments of the native command:
//   node run.mjs WASM trace FILE...
//   node run.mjs WASM chaos-trace A..B [--seconds S]
//   node run.mjs WASM bench LOAD PHASE=N...

import { readFileSync } from "node:fs";
import process from "node:process";

const USAGE = "usage: run.mjs WASM trace FILE... | chaos-trace A..B [--seconds S] | bench LOAD PHASE=N...";
/** The virtual seconds that a load runs before it is measured, so that the engine has optimised the code. */
const WARM_UP_SECONDS = 60n;

/** An instance of the module. Each run gets its own, so that none affects the next. */
class Core {
  constructor(module) {
    this.exports = new WebAssembly.Instance(module, Core.refusals(module)).exports;
  }

  /**
   * The module imports JavaScript functions for a calendar library that openraft depends on.
   * A run that called one would depend on more than its seed.
   */
  static refusals(module) {
    const imports = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      imports[from] ??= {};
      imports[from][name] = () => {
        throw new Error(`the core called JavaScript's ${name}`);
      };
    }
    return imports;
  }

  /** Calls a function with the text of a request. Returns the text of the answer. */
  call(name, text, ...numbers) {
    const request = new TextEncoder().encode(text);
    const at = this.exports.room(request.length);
    new Uint8Array(this.exports.memory.buffer, at, request.length).set(request);
    let fine;
    try {
      fine = this.exports[name](...numbers);
    } catch (trap) {
      throw new Error(`${trap.message}: ${this.answer()}`);
    }
    if (fine !== 1) throw new Error(this.answer());
    return this.answer();
  }

  answer() {
    const { memory, answer_at, answer_length } = this.exports;
    return new TextDecoder().decode(new Uint8Array(memory.buffer, answer_at(), answer_length()));
  }
}

function trace(module, files) {
  if (files.length === 0) throw new Error("at least one file is needed");
  for (const file of files) {
    const name = Buffer.byteLength(file);
    console.log(new Core(module).call("trace", file + readFileSync(file, "utf8"), name));
  }
}

function chaosTrace(module, words) {
  const [seeds, option, given] = words;
  const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(seeds ?? "") ?? [];
  const seconds = option === undefined ? "60" : given;
  if (first === undefined || (option ?? "--seconds") !== "--seconds" || !/^\d+$/.test(seconds ?? "")) {
    throw new Error(USAGE);
  }
  for (let seed = BigInt(first); seed <= BigInt(last); seed += 1n) {
    console.log(new Core(module).call("chaos_trace", "", seed, BigInt(seconds)));
  }
}

function bench(module, words) {
  const [load, ...phases] = words;
  if (load === undefined || phases.length === 0) throw new Error(USAGE);
  const warm = new Core(module);
  warm.call("bench_begin", load.split(",").filter((word) => !word.startsWith("log=")).join(","));
  warm.call("bench_phase", "advance", WARM_UP_SECONDS);
  const core = new Core(module);
  core.call("bench_begin", load);
  for (const word of phases) {
    const [, phase, amount] = /^(\w+)=(\d+)$/.exec(word) ?? [];
    if (phase === undefined) throw new Error(`${word}: a phase and its amount, as in advance=60, are accepted`);
    const before = process.cpuUsage();
    const line = core.call("bench_phase", phase, BigInt(amount));
    const { user, system } = process.cpuUsage(before);
    const seconds = ((user + system) / 1e6).toFixed(6);
    console.log(`load=${load} phase=${phase} amount=${amount} cpu_seconds=${seconds} ${line}`);
  }
}

const [path, command, ...words] = process.argv.slice(2);
const commands = { trace, "chaos-trace": chaosTrace, bench };
try {
  if (!Object.hasOwn(commands, command ?? "")) throw new Error(USAGE);
  commands[command](new WebAssembly.Module(readFileSync(path)), words);
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}
