// Ranks keep the cores busy.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
