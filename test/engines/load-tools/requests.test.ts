import {describe, expect, test} from 'vitest';
import {httpTarget} from '../../helpers/target.ts';
import {describeWith} from '../../helpers/tools.ts';
import {drive, type Name, names, planFor} from './drive.ts';

type Heard = {
	readonly method: string | undefined;
	readonly url: string | undefined;
	readonly headers: Readonly<Record<string, unknown>>;
	readonly body: string;
};

/** Keeps what was asked first. */
const listening = async () => {
	const heard: Heard[] = [];
	const target = await httpTarget((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => {
			body += chunk.toString();
		});
		request.on('end', () => {
			if (heard.length < 3) heard.push({method: request.method, url: request.url, headers: request.headers, body});
			setTimeout(() => response.end('hello'), 5);
		});
	});
	return {...target, heard};
};

const body = '{"text":"a \\"quoted\\" %20 \\u00e9 $HOME `x` \\\\"}\nsecond line';

const check = (name: Name): void =>
	describeWith(name, () => {
		describe(`a request by ${name}`, () => {
			test('is the one that was asked for', async () => {
				const target = await listening();
				try {
					await drive(
						name,
						planFor(`${target.url.replace('//', '//ann:b%40c@')}some%20path?x=1&y=a%26b`, {
							method: 'POST',
							headers: {'X-Words': `it's "so"; $HOME\\n`, 'Content-Type': 'application/json'},
							bodyBase64: Buffer.from(body).toString('base64'),
						}),
						{warmup: 0, duration: 300},
					);
					expect(target.heard[0]).toMatchObject({
						method: 'POST',
						url: '/some%20path?x=1&y=a%26b',
						headers: {
							'x-words': `it's "so"; $HOME\\n`,
							'content-type': 'application/json',
							authorization: `Basic ${Buffer.from('ann:b@c').toString('base64')}`,
							'content-length': String(Buffer.byteLength(body)),
						},
						body,
					});
				} finally {
					await target.close();
				}
			});

			test('has the method that was asked for, where the tool has it', async () => {
				const target = await listening();
				try {
					if (name === 'h2load') return;
					for (const method of name === 'wrk' ? ['DELETE'] : ['DELETE', 'HEAD']) {
						target.heard.length = 0;
						const {ended} = await drive(name, planFor(target.url, {method}), {warmup: 0, duration: 300});
						expect([target.heard[0]?.method, ended > 0]).toEqual([method, true]);
					}
				} finally {
					await target.close();
				}
			});
		});
	});

for (const name of names) check(name);
