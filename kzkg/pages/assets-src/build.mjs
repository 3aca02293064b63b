// Bundles the editor into one module, and the licences of what is in it into a text beside it.
import { build } from "esbuild-wasm";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

mkdirSync("built", { recursive: true });
const made = await build({
  entryPoints: ["editor.js"], bundle: true, minify: true, format: "esm", target: "es2020", outfile: "built/editor.js",
  legalComments: "none", metafile: true, charset: "utf8",
});
const packages = new Set();
for (const input of Object.keys(made.metafile.inputs)) {
  const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/);
  if (found) packages.add(found[1]);
}
const texts = [...packages].sort().map((name) => {
  const told = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  const file = `node_modules/${name}/LICENSE`;
  return `${name} ${told.version} (${told.license})\n\n${existsSync(file) ? readFileSync(file, "utf8").trim() : ""}\n`;
});
writeFileSync("built/licences.txt", texts.join("\n----\n\n"));
