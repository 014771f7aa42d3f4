// The tests' own formulas have scalars that TorchSharp frees while native code reads them, where another thread starts a
// garbage collection (DeepBelief.Tensors.Arithmetic). And torch has one default type, one default generator
// and one number of threads for the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
