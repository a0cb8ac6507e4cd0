/**
 * First contracts of tools, for a person to review. Start with {@link
 * dev.sallyport.gateway.contract.ContractDraft}.
 */
@NullMarked
package dev.sallyport.gateway.contract;

import org.jspecify.annotations.NullMarked;
