// Brings the parts of the engine to the page as scripts, which a page may load from a disk as well as from a server.
// Each script hands over base64 text of gzipped bytes; the manifest says which scripts make a part, and how long it is.

const root = `${document.documentElement.dataset.root ?? ""}engine/`;
const waiting = new Map();
const parts = new Map();
let manifest = null;

globalThis.kzkgCarry = (name, content) => waiting.get(name)?.(content);

function script(name, version = "") {
  return new Promise((resolve, reject) => {
    const made = document.createElement("script");
    let carried;
    waiting.set(name, (content) => { carried = content; });
    made.src = root + name + (version && `?v=${version}`);
    made.onload = () => { made.remove(); resolve(carried); };
    made.onerror = () => { made.remove(); reject(new Error(name)); };
    document.head.append(made);
  });
}

function bytes(text) {
  const plain = atob(text);
  const found = new Uint8Array(plain.length);
  for (let place = 0; place < plain.length; place += 1) found[place] = plain.charCodeAt(place);
  return found;
}

async function fetched(name, seen) {
  manifest ??= script("manifest.js");
  const chunks = [];
  for (const { file, size, version } of (await manifest)[name]) {
    chunks.push(bytes(await script(file, version)));
    seen(size);
  }
  return new Blob(chunks);
}

function unpacked(blob) {
  return new Response(blob.stream().pipeThrough(new DecompressionStream("gzip")));
}

/** Give a part as it was before it was packed, once: as text, bytes or the value of JSON. */
export function part(name, form, seen = () => {}) {
  if (!parts.has(name)) {
    const found = fetched(name, seen).then((blob) => unpacked(blob)[form === "bytes" ? "arrayBuffer" : form]());
    parts.set(name, found);
    found.catch(() => parts.delete(name));
  }
  return parts.get(name);
}

export async function sizes(names) {
  manifest ??= script("manifest.js");
  const known = await manifest;
  return names.flatMap((name) => known[name]).reduce((sum, { size }) => sum + size, 0);
}

/** Give what writes letters of rare scripts in Latin ones; loaded only where a reader types some. */
export async function transliterator() {
  await script("letters.js");
  return globalThis.kzkgLetters;
}
