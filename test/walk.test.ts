import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {z} from 'zod';
import type {RunEvent} from '../source/core/event.ts';
import {reportOf} from '../source/core/report.ts';
import {resultOf} from '../source/core/result.ts';
import {emptyRunState, hasBegun, reduceRun} from '../source/core/run-state.ts';
import type {Engine} from '../source/engines/engine.ts';
import {erase} from '../source/engines/index.ts';
import {exporters} from '../source/export/index.ts';
import {reportSchema} from '../source/export/json-schema.ts';
import {createJournal} from '../source/run/journal.ts';
import {createLog, readLog} from '../source/run/log.ts';
import {performRun} from '../source/run/runner.ts';
import {openStore} from '../source/store/index.ts';
import {latency as latencyPane} from '../source/tui/panes/latency.ts';
import {viewOf} from '../source/tui/view.ts';
import {began} from './helpers/began.ts';
import {inlineThread} from './helpers/inline-thread.ts';

/** 1 000 operations of 1 … 1 000 ms: p99 is 990 ms, p50 500 ms, whatever the machine. */
const known: Engine<Record<string, never>> = {
	name: 'known',
	about: 'latencies known beforehand',
	plan: z.strictObject({}),
	latencyMeans: 'what the test says',
	run: async (_plan, recorder, control) => {
		control.enter('measure');
		const slot = recorder.outcome('200', false);
		for (let milliseconds = 1; milliseconds <= 1000; milliseconds++) {
			recorder.offer(1);
			recorder.record(slot, milliseconds * 1000);
		}

		await new Promise((resolve) => setTimeout(resolve, 20));
		control.finish();
	},
};

test('one latency on its walk: p99 has the same digits in event, log, pane, text, document and store', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-walk-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	const engines = [erase(known)];
	const log = createLog(folder, 'walk');
	const events: RunEvent[] = [];
	const journal = createJournal((event) => {
		events.push(event);
		log.append(JSON.stringify(event));
	});
	await performRun(
		{
			plan: {...began.plan, id: 'walk', engine: 'known', load: {}, warmup: 0, duration: 1000},
			environment: began.environment,
		},
		{
			journal,
			monitor: {sample: () => ({'host.cpu.user': 12.5}), close: () => {}},
			stop: new AbortController().signal,
			engines,
			startThread: inlineThread(engines),
		},
	);
	log.close();
	const state = journal.state();
	if (!hasBegun(state)) throw new Error('The run never began.');

	let replayed = emptyRunState;
	for await (const event of readLog(log.path())) replayed = reduceRun(replayed, event);
	const pane = (run: typeof replayed): string =>
		latencyPane
			.draw(viewOf(run), {columns: 76, rows: 12}, {focused: false, zoomed: false})
			.map((line) => line.map(({text}) => text).join(''))
			.join('\n');
	const result = resultOf(state);
	const report = reportOf([result]);
	const render = (name: string): string => exporters.find((exporter) => exporter.name === name)!.render(report);
	const document = reportSchema.parse(JSON.parse(render('json')));
	const store = await openStore(join(folder, 'history.db'));
	await store.save(result);
	const stored = await store.load('walk');
	const [listed] = await store.list({});
	await store.close();

	// 990 ms lies in a bucket of 0.512 ms: 989.7 … 990.2. All must say the very same.
	const p99 = result.summary.latency.p99!;
	expect(Math.abs(p99 - 990)).toBeLessThanOrEqual(0.512);
	expect(document.results[0]?.summary.latency.p99).toBe(p99);
	expect(stored).toEqual(result);
	expect(listed?.summary.latency.p99).toBe(p99);
	expect(result.timeline[0]?.p99).toBe(p99);
	expect(pane(state)).toMatch(/p99 .*\b990\b/);
	expect(pane(replayed)).toBe(pane(state));
	expect(render('text')).toMatch(/p99 +990/);
	expect(result.summary.latency).toMatchObject({min: 1, max: 1000, mean: 500.5, count: 1000});
	expect(result.summary.resources.cpu.user).toBe(12.5);
	expect(events.map(({kind}) => kind)).toEqual(['began', 'phase', 'snapshot', 'ended']);
});
