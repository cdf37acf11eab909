import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {confirmingTag} from '../../source/core/plan.ts';
import type {Report} from '../../source/core/report.ts';
import type {Result} from '../../source/core/result.ts';
import {reportSchema} from '../../source/export/json-schema.ts';
import {openStore} from '../../source/store/index.ts';
import {type Home, newHome, runCli} from '../helpers/cli.ts';

const patience = 120_000;

/** A benchmark whose program can be made slower without its plan being another one. */
const homeWith = (thresholds = ''): Home & {readonly sleep: (seconds: number) => void} => {
	const home = newHome();
	writeFileSync(
		join(home.folder, 'benchtop.yaml'),
		`benchmarks:\n  nap:\n    command: [sh, nap.sh]\n    runs: 2\n${thresholds}`,
	);
	const sleep = (seconds: number): void => writeFileSync(join(home.folder, 'nap.sh'), `sleep ${seconds}\n`);
	sleep(0.02);
	return {...home, sleep};
};

const run = (home: Home, ...words: readonly string[]) => runCli([...words, '--store', 'history.db'], home);

const documentIn = (home: Home, file: string): Report => {
	const document: unknown = JSON.parse(readFileSync(join(home.folder, file), 'utf8'));
	reportSchema.parse(document);
	return document as Report;
};

const inStore = async <T>(
	home: Home,
	use: (store: Awaited<ReturnType<typeof openStore>>) => Promise<T>,
): Promise<T> => {
	const store = await openStore(join(home.folder, 'history.db'));
	try {
		return await use(store);
	} finally {
		await store.close();
	}
};

test(
	'run --rounds --gate holds rounds against the rounds of a baseline, and ends with 1 when they are slower',
	async () => {
		const home = homeWith('    thresholds: {delta.p50: < 50%}\n');
		expect((await run(home, 'run', '--rounds', '4', '-q')).code).toBe(0);
		expect((await run(home, 'baseline', 'set', 'main')).stdout).toMatch(/with the other rounds of its 4\.$/m);
		const without = await run(home, 'run', '--gate', '--baseline', 'other');
		expect([without.code, without.stdout]).toEqual([2, '']);
		expect(without.stderr).toMatch(/There is no baseline "other"/);

		home.sleep(0.3);
		const slower = await run(home, 'run', '--rounds', '4', '--gate', '--json', 'slower.json');
		expect(slower.code).toBe(1);
		expect(slower.stdout).toMatch(/^nap against baseline main \(4 runs against 4\)$/m);
		expect(slower.stdout).toMatch(/^p50 .* ±50\.0% +▲ worse, high/m);
		expect(slower.stdout).toMatch(/✗ 1 of 1 failed: delta\.p50 < 50%/);
		const document = documentIn(home, 'slower.json');
		expect(document.comparisons[0]).toMatchObject({metric: 'p50', verdict: 'worse', margin: 0.5});
		expect(document.thresholds).toMatchObject([{metric: 'delta.p50', passed: false}]);
		expect(document.failures).toBeGreaterThanOrEqual(2);
		// What the gate said, compare says again.
		expect((await run(home, 'compare', 'main', '--gate')).code).toBe(1);
		const few = await run(home, 'run', '--rounds', '2', '--gate', '--inconclusive', 'fail', '--ndjson');
		expect(few.code).toBe(1);
		const lines = few.stdout.trim().split('\n');
		const last: unknown = JSON.parse(lines.at(-1) ?? '');
		expect(last).toMatchObject({kind: 'verdicts', failures: 0, thresholds: [{isUnclear: true}]});
	},
	patience,
);

test(
	'what lies beyond the history is measured once more, and is no base for later runs',
	async () => {
		const home = homeWith();
		expect((await run(home, 'run')).code).toBe(0);
		// The same run on nine other days.
		await inStore(home, async (store) => {
			const [listed] = await store.list({});
			const first = await store.load(listed?.id ?? '');
			if (first === undefined) throw new Error('The run was not kept.');
			const {latency} = first.summary;
			for (let day = 1; day <= 9; day++) {
				const factor = 1 + (day % 3) * 0.01;
				const summary = {...first.summary, latency: {...latency, p50: (latency.p50 ?? 0) * factor}};
				const copy: Result = {...first, id: `day-${day}`, began: `2025-03-0${day}T10:00:00.000Z`, summary};
				await store.save(copy);
			}
		});
		home.sleep(0.4);
		const slower = await run(home, 'run', '--gate', '--json', 'slower.json');
		expect(slower.code).toBe(1);
		expect(slower.stdout).toMatch(/nap: beyond what the history lets expect; measured once more/);
		expect(slower.stdout).toMatch(/^nap against the history \(1 run against 10\)$/m);
		const {results, comparisons} = documentIn(home, 'slower.json');
		expect(results.map(({plan}) => plan.tags)).toEqual([[], [confirmingTag]]);
		expect(new Set(results.map(({id}) => id)).size).toBe(2);
		expect(comparisons[0]).toMatchObject({metric: 'p50', verdict: 'worse', severity: 'high'});
		expect(comparisons[0]?.because).toMatch(/and so did a confirming run/);
		const kept = await inStore(home, (store) => store.list({tag: confirmingTag}));
		expect(kept.map(({id}) => id)).toEqual([results[1]?.id]);
		expect((await run(home, 'baseline', 'set', 'now')).stdout).toContain(results[0]?.id.slice(0, 8));
	},
	patience,
);
