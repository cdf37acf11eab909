import {describe, expect, test} from 'vitest';
import {pairedRuns, type SideToRun} from '../../source/config/paired-runs.ts';
import type {ComparisonRule, RunPlan} from '../../source/core/plan.ts';
import {seededRandom} from '../../source/core/random.ts';
import {roundOrder} from '../../source/stats/round-order.ts';

const rule: ComparisonRule = {pairs: 6, confidence: 0.95, margins: {}, seed: 3};

const plan = (name: string, target: string): RunPlan => ({
	id: 'unused',
	name,
	engine: 'http',
	target,
	load: {},
	warmup: 100,
	duration: 900,
	workers: 1,
	tags: [],
	watch: {},
	thresholds: [{metric: 'errors', comparison: '<', limit: 0.1, text: '< 10%'}],
});

const side = (of: string, port: number): SideToRun => ({
	of,
	benchmarks: [
		{name: 'page', plan: plan('page', `http://h:${port}/`)},
		{name: 'cart', plan: {...plan('cart', `http://h:${port}/cart`), warmup: 0, duration: 500}},
	],
	services: [{command: ['serve', String(port)], folder: '/', environment: {}, timeout: 1000, ready: {port}}],
	worktree: {folder: `/tmp/${of}`, repository: '/repository'},
});

const orderOf = (seed: number) => roundOrder(rule.pairs, seededRandom(seed));
const planned = (seed = rule.seed) =>
	pairedRuns(orderOf(seed), {base: side('main', 1), candidate: side('topic', 2)}, rule).runs;

describe('two sides as runs', () => {
	test('come in the order that was drawn, two rounds a pair, each with all benchmarks', () => {
		const runs = planned();
		expect(runs).toHaveLength(24);
		expect(runs.filter((_, index) => index % 2 === 0).map(({plan: {side: of}}) => of?.is)).toEqual(orderOf(3));
		for (let pair = 1; pair <= 6; pair++) {
			const both = runs.filter(({plan: each}) => each.side?.pair === pair);
			expect(both.map(({plan: each}) => each.name)).toEqual(['page', 'cart', 'page', 'cart']);
			expect(new Set(both.map(({plan: each}) => each.side?.is)).size).toBe(2);
			expect(both.every(({plan: each}) => each.round?.number === pair && each.round.of === 6)).toBe(true);
		}
	});

	test('another seed is another order, the same seed the same', () => {
		const sides = (seed: number) => planned(seed).map(({plan: each}) => each.side?.is);
		expect(sides(3)).toEqual(sides(3));
		expect(new Set([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => sides(seed).join())).size).toBeGreaterThan(3);
	});

	test('know each other and how they are judged, and carry what stands around them', () => {
		const [first, second, third] = planned();
		expect(first!.plan.suite?.comparison).toEqual(rule);
		expect(first!.plan.suite?.runs.slice(0, 2)).toEqual([
			{id: first!.plan.id, name: 'page', length: 1000, benchmark: 'page'},
			{id: second!.plan.id, name: 'cart', length: 500, benchmark: 'cart'},
		]);
		expect(first!.worktree?.repository).toBe('/repository');
		// Its services are started once for both benchmarks of the round, and anew for the next.
		expect(first!.shared?.id).toBe(second!.shared?.id);
		expect(first!.shared?.id).not.toBe(third!.shared?.id);
		expect(new Set(planned().map(({plan: each}) => each.id)).size).toBe(24);
	});

	test('have no limits of their own: what is asked is how they differ', () => {
		expect(planned().every(({plan: each}) => each.thresholds === undefined)).toBe(true);
	});
});
