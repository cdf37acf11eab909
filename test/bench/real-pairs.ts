// `npm run bench:pairs -- [pairs] [rounds] [seconds]`: how often runs of the demo server that are alike are called worse or better.
import {spawn} from 'node:child_process';
import {seededRandom} from '../../source/core/random.ts';
import type {Result} from '../../source/core/result.ts';
import {compareSides} from '../../source/stats/compare-sides.ts';
import {roundOrder} from '../../source/stats/round-order.ts';
import {cli, say, startDemo} from './measure.ts';

const runOf = async (url: string, seconds: number): Promise<Result> => {
	const child = spawn(process.execPath, [cli, url, '-d', `${seconds}s`, '--warmup', '200ms', '--json', '--no-save'], {
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	let text = '';
	for await (const chunk of child.stdout) text += String(chunk);
	const {results}: {readonly results: readonly Result[]} = JSON.parse(text);
	const [result] = results;
	if (result === undefined) throw new Error('A run of the demo server could not be measured.');
	return result;
};

/** So many pairs of so many rounds a side, each side the same server: the share of calls that are false. */
const realPairs = async (pairs: number, rounds: number, seconds: number): Promise<void> => {
	const server = await startDemo();
	const random = seededRandom(20);
	const gates = ['p50', 'p99', 'throughput', 'error rate'];
	const counts = new Map<string, number>();
	let called = 0;
	try {
		for (let pair = 0; pair < pairs; pair++) {
			const sides: {base: Result[]; candidate: Result[]} = {base: [], candidate: []};
			for (const side of roundOrder(rounds, random)) sides[side].push(await runOf(`${server.origin}/steady`, seconds));
			const verdicts = compareSides(sides.base, sides.candidate)
				.filter(({metric}) => gates.includes(metric))
				.map(({metric, verdict}) => `${metric} ${verdict}`);
			for (const verdict of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
			if (verdicts.some((verdict) => /worse|better/.test(verdict))) called += 1;
		}
	} finally {
		server.stop();
	}

	say(`${pairs} real pairs of ${rounds} runs a side, ${seconds} s each, the same server on both:`);
	for (const metric of gates) {
		const of = (verdict: string): number => counts.get(`${metric} ${verdict}`) ?? 0;
		say(
			`  ${metric.padEnd(10)}  worse ${of('worse')}  better ${of('better')}  same ${of('same')}  unclear ${of('unclear')}`,
		);
	}

	say(`  pairs with any false call: ${called} of ${pairs}`);
};

const [pairs = 40, rounds = 5, seconds = 1] = process.argv.slice(2).map(Number);
await realPairs(pairs, rounds, seconds);
