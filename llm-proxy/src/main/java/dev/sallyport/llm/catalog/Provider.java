package dev.sallyport.llm.catalog;

import dev.sallyport.llm.spi.Site;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Somebody who serves models.
 *
 * @param base what the protocol's paths are added to, without a slash at its end
 * @param credentials the names of the credentials to lend, in the order in which they are tried;
 *     empty for a provider that wants none
 * @param timeout the longest silence that is waited for
 * @param forwardHeaders the headers of callers that it is told, by their names in lower case
 * @param firstToken the longest wait for the first event of a stream that says something, if any
 * @param ceiling what its models are taken to cost whose price is not known
 * @param unknownCall what a call of a tool that it runs is taken to cost in US dollars, where the
 *     price does not say
 * @param site where it serves, as far as its wire form depends on that
 */
public record Provider(
    String name,
    Protocol protocol,
    URI base,
    List<String> credentials,
    Duration timeout,
    Set<String> forwardHeaders,
    Optional<Duration> firstToken,
    Optional<Tariff> ceiling,
    Optional<String> unknownCall,
    Site site) {
  public Provider {
    credentials = List.copyOf(credentials);
    forwardHeaders = Set.copyOf(forwardHeaders);
  }
}
