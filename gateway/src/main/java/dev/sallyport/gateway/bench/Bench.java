package dev.sallyport.gateway.bench;

import java.util.List;

/**
 * A way to call an upstream whose cost is measured.
 *
 * @param name on the command line and in reports
 * @param direct the call at the upstream itself
 * @param through the same call at the product
 * @param resources what the product needs to know
 * @param on what the product does for each call, in words
 * @param targets what is wanted of the measures
 */
record Bench(
    String name, Load direct, Load through, String resources, String on, List<Target> targets) {}
