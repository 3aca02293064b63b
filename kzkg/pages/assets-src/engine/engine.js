// The engine as a page sees it: loaded when first asked, told of while it loads, stopped by ending its thread.
import { part, sizes, transliterator } from "./carrier.js";
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
    if (data.broken && worker?.mine === mine) stop();
    if ("fault" in data) reject?.(new Error(data.fault));
    else resolve?.(data.answer);
  });
  mine.addEventListener("error", (event) => { event.preventDefault(); stop(new Error(event.message)); });
  layered = false;
  worker = { mine, begun: null };
  worker.begun = call("begin", { module, told, names, quads });
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

/** Ask the thread to do something; it is begun first where there is none. */
export async function ask(doing, wanted, { seen = () => {}, day = "", words = [] } = {}) {
  if (!worker) {
    beginning ??= begin(seen).finally(() => { beginning = null; });
    await beginning;
  }
  await worker.begun;
  if (day && !layered) {
    await call("layers", { quads: await part("layers", "bytes", seen) });
    layered = true;
  }
  return call(doing, { ...wanted, letters: await letters(words) });
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
  worker?.mine.terminate();
  worker = null;
  for (const { reject } of open.values()) reject(why);
  open.clear();
}

export const running = () => open.size > 0;
