// Bundles the extension with the licences of what goes into it, or (with --test) its tests, which run under node alone.
import { build } from "esbuild";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PERMISSIVE = ["MIT", "ISC", "BlueOak-1.0.0", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause"];
const shared = { bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "warning" };

if (process.argv.includes("--test")) {
  const entryPoints = readdirSync("test").filter((name) => name.endsWith(".test.ts")).map((name) => `test/${name}`);
  await build({ ...shared, entryPoints, outdir: "dist/test", sourcemap: "inline" });
} else {
  const outfile = "dist/extension.js";
  const made = await build({ ...shared, entryPoints: ["src/extension.ts"], outfile, external: ["vscode"], minify: true, metafile: true });
  writeFileSync("dist/THIRD-PARTY.txt", licences(Object.keys(made.metafile.inputs)));
}

/** The licence of every package that files were taken from; throws for one that is not permissive. */
function licences(files) {
  const packages = new Set(files.map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]).filter(Boolean));
  return [...packages].sort().map(licenceOf).join(`\n${"-".repeat(80)}\n\n`);
}

function licenceOf(name) {
  const folder = join("node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (!PERMISSIVE.includes(license)) throw new Error(`${name} has the licence ${license}, which is none of ${PERMISSIVE.join(", ")}`);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} comes without the text of its licence`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}
