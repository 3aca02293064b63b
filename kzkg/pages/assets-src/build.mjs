// Bundles the editor and the engine of the still pages, and the licences of what is in them into a text beside them.
import { build } from "esbuild-wasm";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const common = { bundle: true, minify: true, target: "es2022", legalComments: "none", metafile: true, charset: "utf8" };
const made = [
  await build({ ...common, entryPoints: ["editor.js"], format: "esm", target: "es2020", outfile: "built/editor.js" }),
  // Classic scripts: a page that is opened from a disk may load no module.
  await build({
    ...common, format: "iife", outdir: "built/engine", logOverride: { "empty-import-meta": "silent" },
    entryPoints: ["page", "ask", "worker", "letters"].map((name) => `engine/${name}.js`),
  }),
];
mkdirSync("built/engine", { recursive: true });
copyFileSync("node_modules/oxigraph/web_bg.wasm", "built/engine/oxigraph.wasm");

const packages = new Set();
for (const input of made.flatMap(({ metafile }) => Object.keys(metafile.inputs))) {
  const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/);
  if (found) packages.add(found[1]);
}
const texts = [...packages].sort().map((name) => {
  const told = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  const files = ["LICENSE", "LICENSE.txt", "LICENSE.md", "LICENSE-MIT"].map((file) => `node_modules/${name}/${file}`);
  const file = files.find((each) => existsSync(each)) ?? `licences/${name}.txt`;
  if (!existsSync(file)) throw new Error(`${name} brings no licence, and licences/${name}.txt does not tell it`);
  return `${name} ${told.version} (${told.license})\n\n${readFileSync(file, "utf8").trim()}\n`;
});
writeFileSync("built/licences.txt", texts.join("\n----\n\n"));
