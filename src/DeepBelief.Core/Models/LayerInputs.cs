using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>The states that a layer of a <see cref="Dbn"/> passes to the next: expected or sampled.</summary>
public abstract record LayerInputs
{
    private LayerInputs()
    {
    }

    /// <summary>Expected states E[h | v], without sampling. The default (Hinton 2012, section 3.4).</summary>
    public static LayerInputs Means { get; } = new MeanInputs();

    /// <summary>States sampled once per layer.</summary>
    public static LayerInputs Samples { get; } = new SampledInputs(1);

    /// <summary>The mean of several passes that sample every layer. The code of <see cref="ModelFormat.Original"/> uses 5 passes.</summary>
    /// <param name="passes">Number of passes, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of passes is less than 1.</exception>
    public static LayerInputs MeanOfSamples(int passes)
    {
        Guard.Size(passes);
        return new SampledInputs(passes);
    }

    /// <summary>Propagates states <c>[batch, units]</c> through layers.</summary>
    /// <param name="states">The states; not modified.</param>
    /// <param name="mean">Expected states of each layer given the previous one.</param>
    /// <param name="sample">Sampled states of each layer given the previous one.</param>
    internal abstract Tensor Propagate(Tensor states, IEnumerable<Func<Tensor, Tensor>> mean, IEnumerable<Func<Tensor, Tensor>> sample);

    private static Tensor Apply(Tensor states, IEnumerable<Func<Tensor, Tensor>> layers)
    {
        using var scope = torch.NewDisposeScope();
        // An alias, so that the caller owns the result even if the list of layers is empty.
        var current = states.alias();
        foreach (var layer in layers)
        {
            var next = layer(current);
            current.Dispose();
            current = next;
        }

        return current.MoveToOuterDisposeScope();
    }

    private sealed record MeanInputs : LayerInputs
    {
        public override string ToString() => "expected states";

        internal override Tensor Propagate(Tensor states, IEnumerable<Func<Tensor, Tensor>> mean, IEnumerable<Func<Tensor, Tensor>> sample)
            => Apply(states, mean);
    }

    private sealed record SampledInputs(int Passes) : LayerInputs
    {
        public override string ToString() => Passes == 1 ? "sampled states" : FormattableString.Invariant($"mean of {Passes} samples");

        internal override Tensor Propagate(Tensor states, IEnumerable<Func<Tensor, Tensor>> mean, IEnumerable<Func<Tensor, Tensor>> sample)
        {
            using var scope = torch.NewDisposeScope();
            var sum = Apply(states, sample);
            if (Passes == 1)
                return sum.MoveToOuterDisposeScope();
            for (var pass = 1; pass < Passes; pass++)
            {
                using var next = Apply(states, sample);
                var total = sum.Plus(next);
                sum.Dispose();
                sum = total;
            }

            return sum.Over(Passes).MoveToOuterDisposeScope();
        }
    }
}
