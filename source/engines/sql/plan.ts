import * as z from 'zod';
import {type Pace, paceOf} from '../../core/pacer.ts';
import {feeder, variableName} from '../feeder.ts';
import {think} from '../think.ts';
import {statementFault} from './statement.ts';

const statement = z.strictObject({
	/** What its times are told apart by. */
	name: z.string().min(1),
	/** SQL; what stands in `{{…}}` goes to the database as a parameter. */
	sql: z.string().superRefine((text, context) => {
		const fault = statementFault(text);
		if (fault !== undefined) context.addIssue({code: 'custom', message: fault});
	}),
});

const operation = z
	.strictObject({
		/** Its part of the figures. */
		name: z.string().min(1),
		weight: z.number().positive(),
		/** How the transaction around its statements begins. Absent: there is one statement, and none around it. */
		begin: z.string().min(1).optional(),
		statements: z.array(statement).min(1),
	})
	.refine(({begin, statements}) => begin !== undefined || statements.length === 1, {
		error: 'several statements are one operation in a transaction only',
	});
export type Operation = z.infer<typeof operation>;

/** How a statement goes to the database, in the words of pgbench. */
export const protocols = ['simple', 'extended', 'prepared'] as const;
export type Protocol = (typeof protocols)[number];

/** What the engine `sql` is asked to do. Times are milliseconds. */
export const sqlPlan = z
	.strictObject({
		/** postgres://…, mysql://…, mariadb://… or sqlite:PATH, the path absolute. */
		url: z.string().regex(/^(postgres(ql)?|mysql|mariadb):\/\/|^sqlite:./, {
			error: 'a database is postgres://…, mysql://…, mariadb://… or sqlite:PATH',
		}),
		/** Of them one is chosen by its weight each time. */
		operations: z.array(operation).min(1),
		/** Values of templates by name, filled in anew for each operation. */
		variables: z.record(variableName, z.json()).optional(),
		data: z.array(feeder).optional(),
		/** Of the pool. */
		connections: z.int().min(1).max(10_000),
		/** Closed loop: who share the pool, each asking anew when the last answer is in. */
		users: z.int().min(1).max(100_000),
		/** After each operation of a user. */
		think: think.optional(),
		/** Operations per second that become due, whatever becomes of those before: instead of users. */
		rate: z.number().positive().max(10_000_000).optional(),
		/** Absent: evenly. */
		arrivals: z.enum(['even', 'poisson']).optional(),
		/** Keeps one core busy to send on time. */
		precise: z.boolean().optional(),
		/** Which of several threads this is the share of. */
		turn: z.strictObject({index: z.int().min(0), of: z.int().min(1)}).optional(),
		/** Of everything random: the same seed, the same statements in the same order for each user. */
		seed: z.int().min(0).max(4_294_967_295),
		/** Absent: what drivers of this database do by themselves. */
		protocol: z.enum(protocols).optional(),
		/** For the pool, and then for the operation. */
		timeout: z.number().positive().max(86_400_000),
		/** Absent: as the URL says. */
		tls: z.strictObject({verify: z.boolean(), ca: z.string().optional()}).optional(),
	})
	.refine(({rate, think}) => rate === undefined || think === undefined, {
		error: 'nobody thinks in an open loop: a rate and a think time exclude each other',
	})
	.refine(({rate, arrivals, precise}) => rate !== undefined || (arrivals === undefined && precise === undefined), {
		error: 'arrivals need a rate',
	});

export type SqlPlan = z.infer<typeof sqlPlan>;

/** When operations are due. */
export const paceOfPlan = ({rate = 0}: SqlPlan): Pace => paceOf([{duration: 0, from: rate, to: rate}]);

const shareOf = (whole: number, threads: number, index: number): number =>
	Math.floor(whole / threads) + (index < whole % threads ? 1 : 0);

/** Pool and users divided over so many threads, remainders kept; the rate in equal parts. Each has both. */
export const splitSql = (plan: SqlPlan, threads: number): readonly SqlPlan[] => {
	const of = Math.min(threads, plan.connections, plan.rate === undefined ? plan.users : plan.connections);
	return Array.from({length: of}, (_, index) => ({
		...plan,
		connections: shareOf(plan.connections, of, index),
		users: Math.max(1, shareOf(plan.users, of, index)),
		...(plan.rate === undefined ? {} : {rate: plan.rate / of}),
		seed: (plan.seed + index * 0x9e3779b9) >>> 0,
		turn: {index, of},
	}));
};
