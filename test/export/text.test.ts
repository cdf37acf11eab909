import {expect, test} from 'vitest';
import {reportOf} from '../../source/core/report.ts';
import {exporters} from '../../source/export/index.ts';
import {syntheticResult} from '../helpers/result.ts';

const text = exporters.find(({name}) => name === 'text')!;

test('the summary tells a pause, and only where there was one', () => {
	const result = syntheticResult();
	expect(text.render(reportOf([{...result, pausedMs: 1500}]))).toContain(
		'measured 3s after 1s of warm-up, paused for 1.5s;',
	);
	expect(text.render(reportOf([result]))).toContain('measured 3s after 1s of warm-up;');
});
