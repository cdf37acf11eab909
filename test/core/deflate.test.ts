import {unzlibSync, zlibSync} from 'fflate';
import {afterEach, describe, expect, test, vi} from 'vitest';

const bytes = Uint8Array.from({length: 5000}, (_, index) => (index * index) % 251);

/** The module, loaded with or without a zlib of the process. */
const load = async (native: boolean) => {
	vi.resetModules();
	if (!native) vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
	return import('../../source/core/deflate.ts');
};

afterEach(() => {
	vi.restoreAllMocks();
});

describe.each([true, false])('with a zlib of the process: %j', (native) => {
	test('every other zlib reads what is written, and the other way round', async () => {
		const {deflate, inflate} = await load(native);
		expect(Buffer.from(unzlibSync(deflate(bytes)))).toEqual(Buffer.from(bytes));
		expect(Buffer.from(inflate(zlibSync(bytes), 5000))).toEqual(Buffer.from(bytes));
		expect(Buffer.from(inflate(deflate(new Uint8Array(0)), 1))).toEqual(Buffer.from([]));
	});

	test('what is no such thing, or too long, is refused', async () => {
		const {inflate} = await load(native);
		expect(() => inflate(Uint8Array.of(1, 2, 3), 10)).toThrow();
		expect(() => inflate(zlibSync(bytes), 4999)).toThrow(RangeError);
	});
});
