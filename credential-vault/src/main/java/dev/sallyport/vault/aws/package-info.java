/**
 * Keys of AWS, and the signing of requests with them. Start with {@link
 * dev.sallyport.vault.aws.SigV4}.
 */
@NullMarked
package dev.sallyport.vault.aws;

import org.jspecify.annotations.NullMarked;
