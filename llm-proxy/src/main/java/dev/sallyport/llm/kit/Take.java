package dev.sallyport.llm.kit;

/**
 * One answer to be given.
 *
 * @param number of the answer, counted from 1
 * @param asked what was asked
 * @param speech what is said to it
 * @param usage what that takes
 */
record Take(long number, Asked asked, Speech speech, Usage usage) {}
