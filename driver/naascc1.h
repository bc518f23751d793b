/*
 * How naascc calls naascc1, which translates one file in a process of its own:
 *
 *     naascc1 OUT SOURCE [options of naascc] -- CC [its options that decide how SOURCE reads]
 *
 * OUT: the file to write, or - when there are dumps, which go to standard output. Its exit status says what
 * came out.
 */
#ifndef DRIVER_NAASCC1_H
#define DRIVER_NAASCC1_H

enum naascc1_status {
    NAASCC1_WRITTEN = 0,
    NAASCC1_ERROR = 1,    /* said on standard error: stop */
    NAASCC1_NOTHING = 10, /* no nest was mapped: compile SOURCE */
    NAASCC1_BROKEN = 11,  /* something is wrong with naascc itself: warn, and compile SOURCE */
};

#endif
