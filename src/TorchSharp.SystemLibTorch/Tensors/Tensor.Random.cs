using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Zeros and ones, one with the probability that the element is.</summary>
        public Tensor bernoulli(torch.Generator? generator = null) => Ops.Bernoulli.Call(this, generator);

        /// <summary>Overwrites with zeros and ones, one with probability p.</summary>
        public Tensor bernoulli_(double p = 0.5, torch.Generator? generator = null) => Do(Ops.BernoulliInPlaceFloat, this, p, generator);

        /// <summary>Overwrites with zeros and ones, one with the probabilities in p.</summary>
        public Tensor bernoulli_(Tensor p, torch.Generator? generator = null) => Do(Ops.BernoulliInPlaceTensor, this, p, generator);

        /// <summary>Draws column numbers, with the weights in each row.</summary>
        public Tensor multinomial(long num_samples, bool replacement = false, torch.Generator? generator = null) =>
            Ops.Multinomial.Call(this, num_samples, replacement, generator);

        /// <summary>Binomial numbers with the elements as numbers of trials, of the given probabilities.</summary>
        public Tensor binomial(Tensor prob, torch.Generator? generator = null) => Ops.Binomial.Call(this, prob, generator);

        /// <summary>Poisson numbers with the elements as rates.</summary>
        public Tensor poisson(torch.Generator? generator = null) => Ops.Poisson.Call(this, generator);

        /// <summary>Overwrites with uniform numbers from a range.</summary>
        public Tensor uniform_(double from, double to, torch.Generator? generator = null) =>
            Do(Ops.UniformInPlace, this, from, to, generator);

        /// <summary>Overwrites with normal numbers.</summary>
        public Tensor normal_(double mean = 0.0, double std = 1.0, torch.Generator? generator = null) =>
            Do(Ops.NormalInPlace, this, mean, std, generator);

        /// <summary>Overwrites with exponentially distributed numbers.</summary>
        public Tensor exponential_(double lambda = 1.0, torch.Generator? generator = null) =>
            Do(Ops.ExponentialInPlace, this, lambda, generator);

        /// <summary>Overwrites with integers from a range, the upper end excluded.</summary>
        public Tensor random_(double from, double to, torch.Generator? generator = null) =>
            Do(Ops.RandomInPlaceFrom, this, (long)from, (long)to, generator);
    }
}
