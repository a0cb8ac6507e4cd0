package dev.sallyport.llm.http;

import java.util.List;
import java.util.Optional;

/**
 * Some of the models that a query finds.
 *
 * @param aliases those of this page, in order
 * @param total how many the query finds
 * @param next by what the next page is asked for, if there is one
 */
record ModelPage(List<String> aliases, int total, Optional<String> next) {
  ModelPage {
    aliases = List.copyOf(aliases);
  }
}
