// The engine as a page sees it: loaded when first asked, told of while it loads, stopped by ending its thread.
import { part, sizes, transliterator } from "./carrier.js";
import { learnt } from "./places.js";
import { unknown } from "./spelling.js";

const PARTS = { worker: "text", oxigraph: "bytes", told: "json", names: "json", quads: "bytes" };
let ready = null;
let worker = null;
let layered = false;
let number = 0;
const open = new Map();

export class Stopped extends Error {}

async function load(seen) {
  const all = await sizes(Object.keys(PARTS));
  let done = 0;
  const found = {};
  for (const [name, form] of Object.entries(PARTS)) {
    found[name] = await part(name, form, (size) => { done += size; seen(done / all); });
  }
  found.module = await WebAssembly.compile(found.oxigraph);
  return found;
}

/** Begin the thread and give it the graph; what was loaded once is kept for the next thread. */
async function begin(seen) {
  ready ??= load(seen);
  ready.catch(() => { ready = null; });
  const { worker: text, module, told, names, quads } = await ready;
  seen(1);
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const mine = new Worker(address);
  URL.revokeObjectURL(address);
  mine.addEventListener("message", ({ data }) => {
    const { resolve, reject } = open.get(data.number) ?? {};
    open.delete(data.number);
    if (data.broken && worker?.mine === mine) stop(new Error(data.fault));
    if ("fault" in data) reject?.(new Error(data.fault));
    else resolve?.(data.answer);
  });
  mine.addEventListener("error", (event) => { event.preventDefault(); stop(new Error(event.message)); });
  layered = false;
  worker = { mine, begun: null };
  worker.begun = call("begin", { module, told, names, quads });
  worker.begun.catch(() => {});
  return worker;
}

function call(doing, wanted) {
  number += 1;
  const mine = number;
  return new Promise((resolve, reject) => {
    open.set(mine, { resolve, reject });
    worker.mine.postMessage({ number: mine, doing, ...wanted });
  });
}

let beginning = null;
let turn = 0;
const asked = new Set();

/**
 * Ask the thread to do something; it is begun first where there is none. What is stopped meanwhile fails at once, and is
 * not asked later. `begun` is called when all is loaded: a limit in time is for the query, not for the way to the reader.
 */
export async function ask(doing, wanted, { seen = () => {}, begun = () => {}, day = "", words = [] } = {}) {
  const mine = turn;
  const still = () => { if (mine !== turn) throw new Stopped("stopped"); };
  let stopped;
  const until = new Promise((_, reject) => asked.add((stopped = reject)));
  try {
    return await Promise.race([until, answered(doing, wanted, { seen, begun, day, words, still })]);
  } finally {
    asked.delete(stopped);
  }
}

async function answered(doing, wanted, { seen, begun, day, words, still }) {
  await learnt();
  still();
  if (!worker) {
    beginning ??= begin(seen).finally(() => { beginning = null; });
    await beginning;
    still();
  }
  await worker.begun;
  still();
  if (day && !layered) {
    const quads = await part("layers", "bytes", seen);
    still();
    await call("layers", { quads });
    layered = true;
  }
  const spelt = await letters(words);
  still();
  begun();
  return call(doing, { ...wanted, letters: spelt });
}

/** Write the letters of rare scripts in Latin ones, of which the table of the names knows nothing. */
export async function letters(words) {
  const known = (await part("names", "json")).letters;
  const missing = unknown(words.join(" "), known);
  if (!missing.length) return {};
  const spelt = await transliterator();
  return Object.fromEntries(missing.map((letter) => [letter, spelt(letter)]));
}

/** End what runs, with its thread; the next question begins a new one. */
export function stop(why = new Stopped("stopped")) {
  turn += 1;
  worker?.mine.terminate();
  worker = null;
  for (const { reject } of open.values()) reject(why);
  for (const reject of asked) reject(why);
  open.clear();
  asked.clear();
}

export const running = () => asked.size > 0;
