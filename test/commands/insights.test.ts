import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {insights} from '../../source/commands/insights.ts';
import type {Insight} from '../../source/core/insight.ts';
import {insightRules} from '../../source/insight/index.ts';
import {openStore} from '../../source/store/index.ts';
import {madeRun} from '../helpers/made-run.ts';
import {rejectionOf} from '../helpers/rejection.ts';
import {runCommand} from '../helpers/surroundings.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchtop-insights-'));
const store = join(folder, 'history.db');
const run = (...words: readonly string[]) => runCommand(insights, [...words, '--store', store], {folder});

const kept: Insight = {
	kind: 'knee',
	severity: 'high',
	text: 'It turns \u001b[2Jup. It matters.',
	recommendations: ['Do this.'],
	figures: {at: 5},
};
const {result: quiet} = madeRun({id: 'quietquiet', seconds: 12});
const {result: tailed} = madeRun({
	id: 'tailtailta',
	name: 'tailed',
	seconds: 12,
	latency: (_, random) => (random() < 0.02 ? 100 : 5),
});

beforeAll(async () => {
	const opened = await openStore(store);
	await opened.save({...quiet, began: '2025-03-01T10:00:00.000Z'});
	await opened.save({...tailed, began: '2025-03-02T10:00:00.000Z'});
	await opened.save({...quiet, id: 'toldtoldto', began: '2025-03-03T10:00:00.000Z', insights: [kept]});
	await opened.close();
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

test('of the newest run, what was found when it was over', async () => {
	const {code, stdout} = await run();
	expect(code).toBe(0);
	expect(stdout.split('\n').slice(0, 3)).toEqual([
		'made up  (run toldtoldto, 2025-03-03T10:00:00.000Z)',
		'  !! It turns ␛[2Jup. It matters.',
		'     → Do this.',
	]);
	const {stdout: document} = await run('toldtoldto', '--json');
	expect(JSON.parse(document)).toEqual([{result: 'toldtoldto', name: 'made up', ...kept}]);
});

test('of a run that has none kept, what its figures say now', async () => {
	const {stdout} = await run('tail');
	expect(stdout).toContain('One operation in a hundred takes more than');
	expect((await run('quiet')).stdout).toContain('Nothing stands out.');
	expect(JSON.parse((await run('quiet', '--json')).stdout)).toEqual([]);
});

test('the rules, in a line each and as JSON', async () => {
	const {stdout} = await run('--rules');
	expect(stdout.trimEnd().split('\n')).toHaveLength(insightRules.length);
	expect(JSON.parse((await run('--rules', '--json')).stdout)).toEqual(
		insightRules.map(({kind, about}) => ({kind, about})),
	);
});

test('what cannot be is refused with the next step', async () => {
	expect((await rejectionOf(run('nothing-like-it'))).message).toContain('neither a baseline nor');
	expect((await rejectionOf(run('a', 'b'))).message).toContain('one word too many');
	expect((await rejectionOf(run('tail', '--rules'))).hint).toContain('Leave one of them out');
});
