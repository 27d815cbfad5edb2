"""What stays for ever: keys and sign-off, bags, the chain of the archive, verification, replay, recall.

A run folder becomes final by its sign-off record (:mod:`.signoff`), which is bound to every byte of it. The year's signed runs are
packed into BagIt bags (:mod:`.make`), entered in the archive's chain (:mod:`.chain`) and never touched again; whoever has a bag can
verify it (:mod:`.verify`) and execute it anew (:mod:`.replay`).
"""
