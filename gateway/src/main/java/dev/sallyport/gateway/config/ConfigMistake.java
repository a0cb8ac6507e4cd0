package dev.sallyport.gateway.config;

/**
 * One thing wrong with the configuration.
 *
 * @param source the file and line, the variable or the flag
 * @param value as it was given
 * @param rule what the key takes
 */
public record ConfigMistake(String source, String key, String value, String rule) {
  @Override
  public String toString() {
    var given = value.isEmpty() ? "" : " is \"" + value + "\",";
    return source + ": " + key + given + " " + rule;
  }
}
