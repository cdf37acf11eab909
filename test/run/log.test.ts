import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import type {RunEvent} from '../../source/core/event.ts';
import {readBegan, readEvents, readLog} from '../../source/run/log.ts';
import {fakeBegan, fakeRun} from '../helpers/fake-source.ts';

const began = fakeBegan(fakeRun);
const mark = (at: number): RunEvent => ({kind: 'mark', at, text: `at ${at}`});
const damaged = '{"kind":"mark","at":1e300,"text":"silly"}';

const logOf = (...lines: readonly (RunEvent | string)[]): string => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-log-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	const path = join(folder, 'x.jsonl');
	writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
	return path;
};

const all = async (events: AsyncIterable<RunEvent>): Promise<RunEvent[]> => {
	const found: RunEvent[] = [];
	for await (const event of events) found.push(event);
	return found;
};

test('damaged lines are passed over, and told: at the first, and at the end how many', async () => {
	const path = logOf(began, mark(100), damaged, mark(200), '', '{"kind":"later"}', 'x', mark(300));
	const found = await all(readLog(path));
	expect(found.map((event) => ('text' in event ? event.text : event.kind))).toEqual([
		'began',
		'at 100',
		'Line 3 of the event log is damaged: it is passed over.',
		'at 200',
		'at 300',
		'2 lines of the event log are damaged and were passed over.',
	]);
	expect(found[2]).toMatchObject({kind: 'notice', level: 'warning', at: 100});
	expect(await all(readEvents(path))).toEqual(
		[began, mark(100), mark(200), mark(300)].map((event) => JSON.parse(JSON.stringify(event))),
	);
});

test('a last line that was cut short is how a crash leaves a log, and no damage', async () => {
	const path = logOf(began, mark(100), '{"kind":"mark","at":2');
	expect((await all(readLog(path))).map(({kind}) => kind)).toEqual(['began', 'mark']);
	expect(await readBegan(path)).toMatchObject({id: began.id});
});
