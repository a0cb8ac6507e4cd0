/**
 * Conversations with clients that run tools of their own: what their tools gave is quarantined, and
 * what is held reaches their tools. Start with {@link
 * dev.sallyport.gateway.dialogue.HeldDialogues}.
 */
@NullMarked
package dev.sallyport.gateway.dialogue;

import org.jspecify.annotations.NullMarked;
