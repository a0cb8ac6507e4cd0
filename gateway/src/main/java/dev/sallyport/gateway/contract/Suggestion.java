package dev.sallyport.gateway.contract;

/**
 * One line of a first contract.
 *
 * @param why in our words and numbers only
 * @param rule in YAML
 */
record Suggestion(String why, String rule) {}
