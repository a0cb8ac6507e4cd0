package dev.sallyport.llm;

/**
 * How many tokens a request has.
 *
 * @param estimate whether no provider has counted
 */
public record TokenCount(AnswerHead head, long tokens, boolean estimate) {}
