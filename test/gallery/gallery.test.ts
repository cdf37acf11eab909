import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {pictures, svgOf} from './pictures.ts';
import {refreshed} from './readme.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

test.each(pictures.map((picture) => [picture.name, picture] as const))(
	'the picture %s is what benchtop draws (else: npm run gallery)',
	(name, picture) => {
		expect(read(`${name}.svg`)).toBe(svgOf(picture));
	},
);

test('the README’s keys and pictures are up to date (else: npm run gallery)', () => {
	const readme = read('../../README.md');
	expect(refreshed(readme)).toBe(readme);
});
