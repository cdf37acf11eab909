import * as z from 'zod';

const kibi = 1024;
const mebi = 1024 * kibi;

/** What all media have in common. */
const common = {
	/** Mixed: reads and writes in random order, by `readShare`. */
	workload: z.enum(['read', 'write', 'mixed']),
	/** Bytes of one operation; in SQLite, of what a row holds. */
	blockSize: z
		.int()
		.min(1)
		.max(64 * mebi)
		.default(4 * kibi),
	/** Of a mixed load: which share of the operations reads. */
	readShare: z.number().min(0).max(1).optional(),
	/** Operations per second, whether the last ones are over or not (open loop). Absent: each begins when the last is over. */
	rate: z.number().positive().max(10_000_000).optional(),
	/** Absent: evenly. */
	arrivals: z.enum(['even', 'poisson']).optional(),
	/** Which of several threads this is the share of: even arrivals take turns. */
	turn: z.strictObject({index: z.int().min(0), of: z.int().min(1)}).optional(),
	/** The same seed gives the same operations in the same order. */
	seed: z.int().min(0).max(4_294_967_295).default(1),
};

/** Bytes, rounded down to whole blocks; of all threads together. */
const size = (usual: number) =>
	z
		.int()
		.min(1)
		.max(2 ** 50)
		.default(usual);

const stored = {
	/** Random: every block equally likely each time, so that some come twice before others come once. */
	pattern: z.enum(['sequential', 'random']).default('random'),
	/** An absolute path: where the file lies. It has no name as soon as it is open. */
	folder: z.string().min(1),
};

const filePlan = z.strictObject({
	medium: z.literal('file'),
	...common,
	...stored,
	fileSize: size(256 * mebi),
	/** After so many writes, they are brought to the medium (fsync). Absent: never. */
	fsync: z.int().min(1).optional(),
	/** Past the page cache (O_DIRECT). */
	direct: z.boolean().default(false),
});

const networkPlan = z.strictObject({medium: z.literal('network'), ...common});

const sqlitePlan = z.strictObject({
	medium: z.literal('sqlite'),
	...common,
	...stored,
	fileSize: size(32 * mebi),
	/** In one transaction. */
	statements: z.int().min(1).max(100_000).default(1),
	/** PRAGMA synchronous, in WAL mode: whether a commit waits for the medium (full), or only a checkpoint does (normal). */
	synchronous: z.enum(['off', 'normal', 'full']).default('full'),
});

/** What the engine `io` is asked to do: one thread, one operation at a time. */
export const ioPlan = z
	.discriminatedUnion('medium', [filePlan, networkPlan, sqlitePlan])
	.refine(({workload, readShare}) => readShare === undefined || workload === 'mixed', {
		error: 'a share of reads needs a mixed load',
	})
	.refine(({rate, arrivals}) => arrivals === undefined || rate !== undefined, {
		error: 'arrivals need a rate',
	})
	.refine((plan) => plan.medium === 'network' || plan.fileSize >= plan.blockSize, {
		error: 'a file holds one block at least',
	})
	.refine((plan) => plan.medium !== 'file' || plan.fsync === undefined || plan.workload !== 'read', {
		error: 'a load that only reads has nothing to bring to the medium',
	});

export type IoPlan = z.infer<typeof ioPlan>;
export type FilePlan = z.infer<typeof filePlan>;
export type NetworkPlan = z.infer<typeof networkPlan>;
export type SqlitePlan = z.infer<typeof sqlitePlan>;

const usualReadShare = 0.5;

/** Which share of the operations reads. */
export const readShareOf = ({workload, readShare = usualReadShare}: IoPlan): number =>
	workload === 'mixed' ? readShare : workload === 'read' ? 1 : 0;

/** So many whole blocks. */
export const blocksOf = ({fileSize, blockSize}: FilePlan | SqlitePlan): number => Math.floor(fileSize / blockSize);

/** Every thread has a file of its own, and they are as large as one would be; remainders are kept. Rates are shared. */
export const splitIo = (plan: IoPlan, threads: number): readonly IoPlan[] => {
	const blocks = plan.medium === 'network' ? threads : blocksOf(plan);
	const of = Math.min(threads, blocks);
	return Array.from({length: of}, (_, index) => {
		const share = {
			seed: (plan.seed + index * 0x9e3779b9) >>> 0,
			...(plan.rate === undefined ? {} : {rate: plan.rate / of, turn: {index, of}}),
		};
		if (plan.medium === 'network') return {...plan, ...share};
		return {...plan, ...share, fileSize: (Math.floor(blocks / of) + (index < blocks % of ? 1 : 0)) * plan.blockSize};
	});
};
