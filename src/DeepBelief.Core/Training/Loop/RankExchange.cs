using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>
/// What the ranks of a group tell each other while they train: gradients in every update; at the end of an epoch digests of the
/// parameters, which have to be the same, and the value that early stopping monitors, that of rank 0 for all.
/// </summary>
/// <remarks>
/// All of it is the sum over the ranks of one buffer, always of the same size: the gradients; the means that changes of the gradient
/// use; and slots of each rank, which the others leave at zero, so that all learn what it has written there. A rank that fails takes
/// part once more and says so. Whatever the others are at, that is the call that they wait in, and they end as well.
/// </remarks>
internal sealed class RankExchange : IDisposable
{
    // Of a rank's slots: its state, then 16 bits each, which float32 holds exactly, of the digest and of the value.
    private const int DigestSlots = 8;
    private const int ValueSlots = sizeof(double) / sizeof(ushort);
    private const int Slots = 1 + DigestSlots + ValueSlots;

    private readonly IProcessGroup group;
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly Tensor buffer;
    private readonly Tensor averaged; // all but the slots
    private readonly Tensor slots; // [ranks · Slots]
    private readonly Tensor[] gradients;
    private readonly Tensor[] means;
    private CancellationToken token;
    private bool isOver;

    private RankExchange(IProcessGroup group, IReadOnlyList<Parameter> parameters, long[] sizesOfMeans)
    {
        (this.group, this.parameters) = (group, parameters);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var dtype = parameters.Any(parameter => parameter.dtype == ScalarType.Float64) ? ScalarType.Float64 : ScalarType.Float32;
        var count = parameters.Sum(parameter => parameter.NumberOfElements) + sizesOfMeans.Sum();
        buffer = torch.zeros(count + (group.Size * Slots), dtype, parameters[0].device).DetachFromDisposeScope();
        averaged = buffer.narrow(0, 0, count).DetachFromDisposeScope();
        slots = buffer.narrow(0, count, group.Size * Slots).DetachFromDisposeScope();
        var at = 0L;
        gradients = [.. parameters.Select(parameter => Next(parameter.shape))];
        means = [.. sizesOfMeans.Select(size => Next([size]))];

        Tensor Next(long[] shape)
        {
            var size = shape.Aggregate(1L, (product, length) => product * length);
            at += size;
            return buffer.narrow(0, at - size, size).view(shape).DetachFromDisposeScope();
        }
    }

    private enum State
    {
        Fine,
        Cancelled,
        Failed,
    }

    /// <summary>The exchange of a run; null without a group.</summary>
    /// <param name="group">The group; null for none.</param>
    /// <param name="parameters">The parameters whose gradients are averaged, at least one.</param>
    /// <param name="sizesOfMeans">The lengths of the means that go with them.</param>
    public static RankExchange? Of(IProcessGroup? group, IEnumerable<Parameter> parameters, params long[] sizesOfMeans)
        => group is null ? null : new RankExchange(group, [.. parameters.Where(parameter => parameter.requires_grad)], sizesOfMeans);

    public int Rank => group.Rank;

    public int Size => group.Size;

    /// <summary>True if a rank's token was cancelled, and so all have stopped.</summary>
    public bool AreCancelled { get; private set; }

    /// <summary>Begins a number of epochs, which end on all ranks once the token of one is cancelled.</summary>
    public void Begin(CancellationToken cancellationToken) => (token, isOver, AreCancelled) = (cancellationToken, false, false);

    /// <summary>Gives all ranks the values that rank 0 has.</summary>
    public void Align(IEnumerable<Tensor> tensors)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var tensor in tensors)
            group.Broadcast(tensor.detach());
    }

    /// <summary>Replaces each <c>.grad</c>, and means over this rank's rows, by those over the rows of all ranks.</summary>
    /// <param name="share">The part of the batch's rows that are this rank's; 0 if it had none, and its gradient is that of another row.</param>
    /// <param name="own">The means, as long as the exchange was made for; changed in place.</param>
    /// <exception cref="OperationCanceledException">The token of a rank was cancelled.</exception>
    /// <exception cref="GroupFailedException">Another rank has failed.</exception>
    public void Average(double share, params ReadOnlySpan<Tensor> own)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        for (var i = 0; i < gradients.Length; i++)
            _ = parameters[i].grad is { } gradient ? gradients[i].copy_(gradient) : gradients[i].zero_();
        for (var i = 0; i < means.Length; i++)
            _ = means[i].copy_(own[i]);
        // Also NaN is none of the other ranks' business, if no row counts.
        _ = share > 0 ? averaged.Scale(share) : averaged.zero_();
        _ = slots.zero_();
        _ = Exchange(token.IsCancellationRequested ? State.Cancelled : State.Fine);
        for (var i = 0; i < gradients.Length; i++)
            _ = parameters[i].grad?.copy_(gradients[i]);
        for (var i = 0; i < means.Length; i++)
            _ = own[i].copy_(means[i]);
    }

    /// <summary>Ends an epoch: throws if ranks have other parameters than rank 0, and returns its value.</summary>
    /// <exception cref="GroupFailedException">Another rank has failed, or has other parameters.</exception>
    public double EndEpoch(int epoch, IReadOnlyList<Parameter> all, double value)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var digest = InitialWeights.Hash(new Dictionary<string, Tensor>(ParameterMemory.Named("parameter", all)));
        var own = new double[Slots];
        for (var i = 0; i < DigestSlots; i++)
            own[1 + i] = BitConverter.ToUInt16(digest, i * sizeof(ushort));
        for (var i = 0; i < ValueSlots; i++)
            own[1 + DigestSlots + i] = (ushort)(BitConverter.DoubleToUInt64Bits(value) >> (i * 16));
        Write(own);
        var told = Exchange(State.Fine);
        var first = told.AsSpan(1, DigestSlots);
        for (var rank = 1; rank < Size; rank++)
        {
            if (told.AsSpan((rank * Slots) + 1, DigestSlots).SequenceEqual(first))
                continue;
            isOver = true;
            throw new GroupFailedException($"After epoch {epoch} the parameters of rank {rank} are not those of rank 0. All ranks compute the same updates, so code of their own has changed parameters on some of them, or a machine computes wrongly.");
        }

        var bits = 0UL;
        for (var i = 0; i < ValueSlots; i++)
            bits |= (ulong)told[1 + DigestSlots + i] << (i * 16);
        return BitConverter.UInt64BitsToDouble(bits);
    }

    /// <summary>Returns when all ranks have come so far, so that none that fails before is left alone.</summary>
    /// <exception cref="GroupFailedException">Another rank has failed.</exception>
    public void Confirm()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Write(new double[Slots]);
        _ = Exchange(State.Fine);
    }

    /// <summary>Tells the other ranks that this one ends, unless they know.</summary>
    public void Fail(Exception reason)
    {
        if (isOver)
            return;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        try
        {
            Write(new double[Slots]);
            _ = Exchange(State.Failed, $"{reason.GetType().Name}: {reason.Message}");
        }
        catch (GroupFailedException)
        {
            // The run ends by what ended it here.
        }
    }

    /// <summary>Returns the tensors of the other ranks, on rank 0, in the current dispose scope; the names begin with the rank's number.</summary>
    /// <param name="own">The same names, shapes and types on all ranks.</param>
    public IReadOnlyDictionary<string, Tensor> Gather(IReadOnlyDictionary<string, Tensor> own)
    {
        using var noGrad = torch.no_grad();
        var all = new OrderedDictionary<string, Tensor>();
        for (var rank = 1; rank < Size; rank++)
        {
            foreach (var (name, tensor) in own)
            {
                var copy = Rank == rank ? tensor.detach().clone() : torch.empty_like(tensor);
                group.Broadcast(copy, rank);
                if (Rank == 0)
                    all.Add(FormattableString.Invariant($"{rank}.{name}"), copy);
            }
        }

        return all;
    }

    public void Dispose()
    {
        foreach (var view in gradients.Concat(means))
            view.Dispose();
        averaged.Dispose();
        slots.Dispose();
        buffer.Dispose();
    }

    // Into a buffer that is else zero.
    private void Write(double[] own)
    {
        _ = buffer.zero_();
        _ = slots.narrow(0, Rank * Slots, Slots).copy_(torch.tensor(own, ScalarType.Float64, torch.CPU));
    }

    /// <summary>Sums the buffer over the ranks; returns the slots of all.</summary>
    private double[] Exchange(State state, string? reason = null)
    {
        _ = slots.narrow(0, Rank * Slots, 1).Fill((double)state);
        try
        {
            group.AllReduce(buffer);
        }
        catch
        {
            isOver = true;
            throw;
        }

        var told = slots.to(ScalarType.Float64, torch.CPU).data<double>().ToArray();
        var states = told.Where((_, i) => i % Slots == 0).Select(number => (State)number).ToArray();
        if (Array.IndexOf(states, State.Failed) is >= 0 and var failed)
        {
            isOver = true;
            var text = group.FirstText(reason);
            if (state != State.Failed)
                throw new GroupFailedException($"Rank {failed} has ended the run: {text?.Text}");
        }
        else if (states.Contains(State.Cancelled))
        {
            (isOver, AreCancelled) = (true, true);
            throw new OperationCanceledException(token);
        }

        return told;
    }
}
