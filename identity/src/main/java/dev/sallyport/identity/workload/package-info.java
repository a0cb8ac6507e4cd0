/**
 * What the gateway is told by a SPIFFE Workload API: the bundles of trust domains, and its own
 * SVID. Start with {@link dev.sallyport.identity.workload.WorkloadApiBundle}.
 */
@NullMarked
package dev.sallyport.identity.workload;

import org.jspecify.annotations.NullMarked;
