// `npm run bench:truth`: every situation of test/truth/ asked of every tool on this machine. With names of tools or ids of
// rows only those; `--short` for the times of the tests, `--markdown` for a table.
import {rows} from '../truth/rows/index.ts';
import {type Cell, cannot, judgeOf, type Row} from '../truth/rows/row.ts';
import {isHere, tools} from '../truth/tools/index.ts';
import type {Tool} from '../truth/tools/tool.ts';
import {say} from './measure.ts';

/** How much longer than in the tests is measured. */
const long = 3;

const words = process.argv.slice(2);
const markdown = words.includes('--markdown');
const scale = words.includes('--short') ? 1 : long;
const wanted = words.filter((word) => !word.startsWith('--'));
const known = new Set([...rows.map(({id}) => id), ...tools.map(({name}) => name)]);
const unknown = wanted.filter((word) => !known.has(word));

const chosen = <Member>(members: readonly Member[], nameOf: (member: Member) => string): readonly Member[] =>
	members.some((member) => wanted.includes(nameOf(member)))
		? members.filter((member) => wanted.includes(nameOf(member)))
		: members;

const judged = async (row: Row, tool: Tool): Promise<Cell> => {
	try {
		return await judgeOf(row, tool, scale);
	} catch (error) {
		return {mark: '✗', said: error instanceof Error ? error.message : String(error)};
	}
};

const table = async (): Promise<void> => {
	const asked = chosen(tools, ({name}) => name);
	const absent = asked.filter((tool) => !isHere(tool));
	const present = asked.filter((tool) => !absent.includes(tool));
	if (absent.length > 0) say(`not installed, left out: ${absent.map(({name}) => name).join(', ')}`);
	const lines: Array<{row: Row; cells: readonly Cell[]}> = [];
	for (const row of chosen(rows, ({id}) => id)) {
		if (!markdown) say(`${row.id.padEnd(4)}${row.situation}: ${row.truth}`);
		const cells: Cell[] = [];
		for (const tool of present) {
			const cell = await judged(row, tool);
			cells.push(cell);
			if (!markdown && cell !== cannot) say(`      ${cell.mark} ${tool.name.padEnd(30)}${cell.said}`);
		}

		lines.push({row, cells});
	}

	if (markdown) {
		const cellOf = ({mark, said}: Cell): string => (mark === '✗' ? `✗ ${said.split('; ')[0]}` : mark);
		say(`| | what the target does | ${present.map(({name}) => name).join(' | ')} |`);
		say(`|---|---|${present.map(() => '---|').join('')}`);
		for (const {row, cells} of lines) say(`| ${row.id} | ${row.situation} | ${cells.map(cellOf).join(' | ')} |`);
	}

	say();
	for (const [index, {name}] of present.entries()) {
		const marks = lines.map(({cells}) => cells[index]!.mark);
		const count = (mark: Cell['mark']): number => marks.filter((given) => given === mark).length;
		say(`${name.padEnd(30)}${count('✓')} true, ${count('✗')} wrong, ${count('–')} cannot be asked`);
	}
};

if (unknown.length > 0) {
	say(
		`There is no ${unknown.join(', ')}. Tools: ${tools.map(({name}) => name).join(', ')}. Rows: ${rows.map(({id}) => id).join(', ')}`,
	);
	process.exitCode = 2;
} else {
	await table();
}
