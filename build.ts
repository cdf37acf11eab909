// Writes dist/. What a start of the full screen needs lies in few files, and does only what that start needs.
import {copyFile, readFile, rm, writeFile} from 'node:fs/promises';
import {builtinModules} from 'node:module';
import {dirname, relative, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type BuildOptions, build, type Plugin} from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Own files that are large with all that they import, and seldom needed: each becomes a file of its own. */
const apart = new Set(['source/program.ts', 'source/run/process.ts', 'source/tui/input.tsx']);

/**
 * Own files that are imported by name stay in the file of who imports them, and are evaluated when they are asked for: to
 * find, read and compile sixty small files takes longer than all that they do.
 */
const together: Plugin = {
	name: 'together',
	setup({onLoad}) {
		onLoad({filter: /[\\/]source[\\/].*\.tsx?$/}, async ({path}) => ({
			contents: (await readFile(path, 'utf8')).replace(/\bimport\('(\.[^']+)'\)/g, (whole, name: string) => {
				const file = relative(root, resolve(dirname(path), name)).replaceAll('\\', '/');
				return apart.has(file) ? whole : `Promise.resolve().then(() => require('${name}'))`;
			}),
			loader: path.endsWith('x') ? 'tsx' : 'ts',
		}));
	},
};

/**
 * Node's own modules are loaded with the file that uses them, not with the bundle that it lies in; and as they are, which
 * is quicker than through an import.
 */
const builtins: Plugin = {
	name: 'builtins',
	setup({onResolve, onLoad}) {
		onResolve({filter: new RegExp(`^(?:node:.*|${builtinModules.join('|')})$`)}, ({path, kind, importer}) =>
			kind === 'import-statement'
				? // One for each importer: what several had in common would lie in a file of its own.
					{path: path.replace(/^node:/, ''), namespace: 'node', suffix: `?${importer}`, sideEffects: false}
				: {path, external: true},
		);
		onLoad({filter: /.*/, namespace: 'node'}, async ({path}) => {
			const names = Object.keys(await import(`node:${path}`)).filter((name) => name !== 'default');
			return {
				contents: [
					`const builtin = /* @__PURE__ */ process.getBuiltinModule('node:${path}');`,
					'export default builtin;',
					...names.map((name) => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})();`),
				].join('\n'),
			};
		});
	},
};

type Edit = readonly [before: string, after: string];

/** Changes what a library does when it is loaded. The build fails when the library is no longer the one that was meant. */
const edited = (filter: RegExp, ...edits: readonly Edit[]): Plugin => ({
	name: `edited ${filter.source}`,
	setup({onLoad}) {
		onLoad({filter}, async ({path}) => {
			let contents = await readFile(path, 'utf8');
			for (const [before, after] of edits) {
				if (contents.split(before).length !== 2) throw new Error(`${path} has changed: where is ${before}?`);
				contents = contents.replace(before, () => after);
			}

			return {contents};
		});
	},
});

const libraries: readonly Plugin[] = [
	// It makes ready to read every license there is, for the package.json of a program that does not give its own.
	edited(/meow[\\/]build[\\/]options\.js$/, [
		"import { a as readPackageUpSync, n as normalizePackageData } from './dependencies.js';",
		'const readPackageUpSync = () => {}; const normalizePackageData = () => {};',
	]),
	edited(
		/meow[\\/]build[\\/]dependencies\.js$/,
		['var normalizeExports = requireNormalize();', 'var normalizeExports = /* @__PURE__ */ requireNormalize();'],
		['getDefaultExportFromCjs(normalizeExports)', '/* @__PURE__ */ getDefaultExportFromCjs(normalizeExports)'],
		['var libExports = requireLib$1();', 'var libExports = /* @__PURE__ */ requireLib$1();'],
	),
	// A segmenter takes longer to make than a frame takes to draw, so does the list of all emoji, and most text needs none.
	edited(
		/string-width[\\/]index\.js$/,
		['const segmenter = new Intl.Segmenter();', 'let segmenter;'],
		['segmenter.segment(', '(segmenter ??= new Intl.Segmenter()).segment('],
		['const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;', 'let rgiEmojiRegex;'],
		['rgiEmojiRegex.test(', '(rgiEmojiRegex ??= /^\\p{RGI_Emoji}$/v).test('],
	),
	// Its WebAssembly stands in a data URL: without fetch it is decoded in place, and no HTTP client is loaded for that.
	edited(/yoga-wasm-base64-esm\.js$/, ['var loadYoga = (', 'const fetch = undefined;\nvar loadYoga = (']),
	// Ink's door to the developer tools of React, which nobody has here.
	{
		name: 'no developer tools',
		setup({onResolve, onLoad}) {
			onResolve({filter: /^react-devtools-core$/}, ({path}) => ({path, namespace: 'nothing'}));
			onLoad({filter: /.*/, namespace: 'nothing'}, () => ({contents: 'export default undefined;'}));
		},
	},
];

const options: BuildOptions = {
	absWorkingDir: root,
	outdir: 'dist',
	logLevel: 'warning',
	bundle: true,
	splitting: true,
	minify: true,
	platform: 'node',
	target: 'node22.13',
	format: 'esm',
	chunkNames: '[name]-[hash]',
	external: ['autocannon', 'koffi', 'mysql2', 'pg', 'systeminformation'],
	define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
	banner: {
		js: "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);",
	},
	plugins: [together, builtins, ...libraries],
};

await rm(new URL('dist', import.meta.url), {recursive: true, force: true});
// Each on its own: what they have in common would otherwise be many small files again.
for (const entry of [
	'cli',
	'runner',
	'worker',
	'ticker',
	'demo',
	'launcher',
	'micro',
	'io-peer',
	'memory',
	'artillery-plugin',
	'index',
]) {
	await build({...options, entryPoints: [`source/${entry}.ts`]});
}

// What Locust is given beside its users' files.
await copyFile(
	new URL('source/engines/locust/listener.py', import.meta.url),
	new URL('dist/locust-listener.py', import.meta.url),
);

// For editors, in projects that have benchtop installed.
const {suiteJsonSchema} = await import('./source/config/suite-json-schema.ts');
await writeFile(
	new URL('dist/suite.schema.json', import.meta.url),
	`${JSON.stringify(suiteJsonSchema(), undefined, '\t')}\n`,
);
