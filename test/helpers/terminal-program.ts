// A program on a real terminal, for tests: draws a counter over all cells, writes what it is told as JSON lines into the
// file it is given, and ends in the way its key asks for. Its second word says who heeds signals: 'watch' or 'nobody'.
import {appendFileSync} from 'node:fs';
import {builtInThemes as themes} from '../../source/core/theme.ts';
import {createCanvas, put} from '../../source/tui/canvas.ts';
import {span} from '../../source/tui/line.ts';
import {createPaint} from '../../source/tui/paint.ts';
import {openTerminal} from '../../source/tui/terminal.tsx';
import {watchInterruptions} from '../../source/tui/watch.ts';

const [file = '', heeds = 'watch'] = process.argv.slice(2);
const tell = (message: object): void => appendFileSync(file, `${JSON.stringify(message)}\n`);

tell({pid: process.pid});
const terminal = openTerminal(process.stdin, process.stdout, {ask: 'directly'});
const paint = createPaint(themes[0]!, 'truecolor');
let count = 0;
let last = performance.now();
let longest = 0;

const draw = (): void => {
	const {columns, rows} = terminal.size();
	const canvas = createCanvas(columns, rows, 'ascii');
	for (let y = 0; y < rows; y++) put(canvas, 0, y, [span(`count ${count} `.repeat(columns))], columns);
	terminal.show(canvas, paint);
};

const beat = setInterval(() => {
	const now = performance.now();
	longest = Math.max(longest, now - last);
	last = now;
	count += 1;
	draw();
	if (count % 20 === 0) tell({count, longest});
}, 5);

const leave = async (): Promise<void> => {
	clearInterval(beat);
	await terminal.close();
	unwatch();
	tell({left: true});
	process.stdout.write(`left after ${count}\n`);
};

const unwatch =
	heeds === 'watch'
		? watchInterruptions(process.stdin, process.stdout, (interruption) => {
				tell({interruption});
				void leave();
			})
		: () => {};

const endings: Readonly<Record<string, () => unknown>> = {
	q: leave,
	x: () => {
		throw new Error('thrown');
	},
	r: () => Promise.reject(new Error('rejected')),
	e: () => process.exit(3),
	M: () => terminal.setMouse(true),
	'ctrl+z': () => terminal.suspend().then(() => tell({resumed: true})),
};

terminal.listen({
	onKey: (key) => {
		tell({key});
		void endings[key]?.();
	},
	onText: (text) => tell({text}),
	onMouse: (mouse) => tell({mouse}),
	onResize: draw,
	onFailure: (error) => tell({failure: String(error)}),
});
draw();
tell({appearance: (await terminal.appearance) ?? null});
