import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {readSuite} from '../../source/config/suite.ts';
import {suiteJsonSchema} from '../../source/config/suite-json-schema.ts';
import {suiteRuns} from '../../source/config/suite-runs.ts';
import {reportOf} from '../../source/core/report.ts';
import {resultOf} from '../../source/core/result.ts';
import {hasBegun} from '../../source/core/run-state.ts';
import {engines} from '../../source/engines/index.ts';
import {exporters} from '../../source/export/index.ts';
import {createJournal} from '../../source/run/journal.ts';
import {performRun} from '../../source/run/runner.ts';
import {began} from '../helpers/began.ts';
import {inlineThread} from '../helpers/inline-thread.ts';
import {dice} from './one-more.ts';

test('one more engine is one file, and one line in a table', async () => {
	// The line.
	const all = [...engines, dice];
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-engine-'));
	try {
		const file = join(folder, 'benchtop.yaml');
		writeFileSync(file, 'benchmarks:\n  luck:\n    dice: 3\n    thresholds: {eyes.max: <= 6, latency.max: < 1s}\n');
		const suite = await readSuite(file, {}, all);
		const {runs} = suiteRuns(suite.benchmarks);
		const journal = createJournal(() => {});
		await performRun(
			{plan: runs[0].plan, environment: began.environment},
			{
				journal,
				monitor: {sample: () => ({}), close: () => {}},
				stop: new AbortController().signal,
				engines: all,
				startThread: inlineThread(all),
			},
		);
		const state = journal.state();
		const report = reportOf(hasBegun(state) ? [resultOf(state)] : []);
		expect(report.results[0]).toMatchObject({
			engine: 'dice',
			target: '3 dice',
			summary: {operations: {offered: 3, succeeded: 3}, metrics: {eyes: {unit: 'count', count: 3}}},
		});
		expect(report.thresholds.map(({passed}) => passed)).toEqual([true, true]);
		expect(exporters.find(({name}) => name === 'text')?.render(report)).toContain('eyes');
		expect(JSON.stringify(suiteJsonSchema(all))).toContain('How many dice are thrown.');
		writeFileSync(file, 'benchmarks:\n  luck:\n    dise: 3\n');
		await expect(readSuite(file, {}, all)).rejects.toThrow(/benchtop\.yaml:2:3: .*did you mean "dice"/);
	} finally {
		rmSync(folder, {recursive: true});
	}
});
