using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>
/// The reused work tensors of an <see cref="Rbm"/> update. The rows of the data (positive phase) precede those of the model
/// (negative phase) in the same tensors, so that one matrix product serves both.
/// </summary>
/// <remarks>
/// Call <see cref="Begin"/>, then fill <see cref="RbmPhase.Visible"/> of both phases. Nothing is copied to the host. With rounded weights
/// the tensors are bfloat16, all but the weights of rows.
/// </remarks>
internal sealed class RbmPhases : IDisposable
{
    // Of bfloat16. Products are up to a fifth faster where rows begin at cache lines. Their number is odd, so that the lines of a column
    // do not all go to the same place in the cache.
    private const long ElementsOfLine = 32;

    private readonly Rbm rbm;
    private readonly RoundedWeights? rounded;
    private readonly Tensor weight;
    private readonly Tensor weightTransposed;
    private readonly List<Tensor> views = [];
    private Tensor[] tensors = [];
    private Tensor? absent; // [1, visible]
    private Tensor? chains; // states of the model's rows, rounded, [model, hidden]
    private Tensor? meansTransposed; // the hidden means, rounded, [hidden, data + model]
    private bool dataIsUp;
    private bool modelIsUp;

    /// <param name="rbm">The RBM.</param>
    /// <param name="rounded">Its weights in bfloat16, owned by the caller, for products of that type; null for its own.</param>
    public RbmPhases(Rbm rbm, RoundedWeights? rounded = null)
    {
        (this.rbm, this.rounded) = (rbm, rounded);
        weight = rounded?.Values ?? rbm.Weight;
        using (torch.no_grad())
            weightTransposed = weight.t().DetachFromDisposeScope();
    }

    /// <summary>The positive phase.</summary>
    public RbmPhase Data { get; private set; } = RbmPhase.Empty;

    /// <summary>The negative phase.</summary>
    public RbmPhase Model { get; private set; } = RbmPhase.Empty;

    /// <summary>Both phases, <c>[data + model, ..]</c>.</summary>
    public RbmPhase Both { get; private set; } = RbmPhase.Empty;

    /// <summary>Visible states of both phases, transposed: <c>[visible, data + model]</c>.</summary>
    public Tensor VisibleTransposed { get; private set; } = null!;

    /// <summary>Hidden means of both phases, transposed: <c>[hidden, data + model]</c>.</summary>
    public Tensor HiddenMeansTransposed { get; private set; } = null!;

    /// <summary>The weight of each row in the gradient, <c>[data + model]</c>: 1 / data, then -1 / model, times its own (<see cref="Weigh"/>).</summary>
    public Tensor RowWeights { get; private set; } = null!;

    /// <summary>True if the rows have weights of their own (<see cref="Weigh"/>), so that they do not all count alike.</summary>
    public bool AreWeighted { get; private set; }

    /// <summary>True for the visible units that the update leaves out, the same in both phases, <c>[data, visible]</c>; null for none.</summary>
    public Tensor? Gaps { get; private set; }

    /// <summary>Starts an update. A smaller batch, such as the last of an epoch, uses the first rows of the existing tensors.</summary>
    /// <param name="data">Number of rows of the positive phase.</param>
    /// <param name="model">Number of rows of the negative phase.</param>
    public void Begin(long data, long model)
    {
        (dataIsUp, modelIsUp) = (false, false);
        DropGaps();
        rounded?.BeginUpdate();
        if (data == Data.Rows && model == Model.Rows)
            return;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        DisposeAll(views);
        if (tensors.Length == 0 || tensors[0].size(0) < data + model)
        {
            DisposeAll(tensors);
            tensors = [Empty(data + model, rbm.VisibleSize), Empty(data + model, rbm.HiddenSize), Empty(data + model, rbm.HiddenSize)];
        }

        Data = Phase(0, data);
        Model = Phase(data, model);
        Both = Phase(0, data + model);
        VisibleTransposed = Keep(Both.Visible.t());
        HiddenMeansTransposed = Keep(Both.HiddenMeans.t());
        RowWeights = Keep(torch.cat([Filled(data, 1.0 / data), Filled(model, -1.0 / model)]));
        AreWeighted = false;
    }

    /// <summary>Weighs the rows of the update.</summary>
    /// <param name="weights">The weights of the rows of data, <c>[data]</c>.</param>
    /// <param name="arePaired">
    /// True if each row of the model belongs to one of the data, and so has its weight; false if each has the mean of the weights.
    /// </param>
    public void Weigh(Tensor weights, bool arePaired)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var ofModel = arePaired ? weights : weights.mean().expand(Model.Rows);
        _ = RowWeights.copy_(torch.cat([weights.Over(Data.Rows), ofModel.Over(-Model.Rows)]));
        AreWeighted = true;
    }

    /// <summary>Leaves out the units that are NaN in the data, from now on in both phases.</summary>
    public void LeaveOutMissing()
    {
        using var noGrad = torch.no_grad();
        Gaps = Data.Visible.isnan().DetachFromDisposeScope();
        absent = AbsentUnits.States(rbm).DetachFromDisposeScope();
        ReplaceGaps(Data);
    }

    /// <summary>Overwrites the units that are left out, if any, with the states that stand for absent units.</summary>
    public void ReplaceGaps(RbmPhase phase)
    {
        if (Gaps is null)
            return;
        using var scope = torch.NewDisposeScope();
        _ = phase.Visible.copy_(torch.where(Gaps, absent!, phase.Visible));
    }

    /// <summary>Computes the hidden inputs and means of the data.</summary>
    /// <param name="states">Receives h of the data, <c>[data, hidden]</c>; null samples nothing.</param>
    /// <param name="generator">Random generator; null uses torch's default generator.</param>
    public void SendDataUp(Tensor? states = null, Generator? generator = null)
    {
        SendUp(Data);
        Activate(Data, states, generator);
        dataIsUp = true;
    }

    /// <summary>Computes the hidden inputs and means that are still missing, of both phases in one product.</summary>
    /// <param name="modelStates">Receives h of the negative phase, <c>[model, hidden]</c>; null samples nothing.</param>
    /// <param name="generator">Random generator; null uses torch's default generator.</param>
    public void SendUp(Tensor? modelStates = null, Generator? generator = null)
    {
        if (modelIsUp)
            return;
        SendUp(dataIsUp ? Model : Both);
        if (!dataIsUp)
            Activate(Data, null, null);
        Activate(Model, modelStates, generator);
        (dataIsUp, modelIsUp) = (true, true);
    }

    /// <summary>Writes v Wᵀ to the hidden inputs of a phase.</summary>
    public void SendUp(RbmPhase phase) => _ = phase.HiddenInputs.addmm_(phase.Visible, weightTransposed, beta: 0);

    /// <summary>Writes h W, the inputs of the visible units, to the negative phase's v.</summary>
    /// <param name="hidden">h, <c>[model, hidden]</c>, from <see cref="ToStates"/> or <see cref="NewStates"/>.</param>
    public void SendDown(Tensor hidden) => _ = Model.Visible.addmm_(hidden, weight, beta: 0);

    /// <summary>Returns a new tensor for hidden states of the negative phase, <c>[model, hidden]</c>; the caller disposes it.</summary>
    public Tensor NewStates() => Empty(Model.Rows, rbm.HiddenSize);

    /// <summary>Returns hidden states as products take them: the given tensor itself, or a rounded copy, which this owns.</summary>
    /// <param name="states">h, <c>[model, hidden]</c>, of the type of the RBM.</param>
    /// <param name="areRead">False if only the place is wanted.</param>
    public Tensor ToStates(Tensor states, bool areRead = true)
    {
        if (rounded is null)
            return states;
        if (chains is null || chains.size(0) != states.size(0))
        {
            chains?.Dispose();
            chains = Empty(states.size(0), rbm.HiddenSize);
        }

        if (areRead)
            _ = chains.copy_(states);
        return chains;
    }

    /// <summary>Writes what <see cref="ToStates"/> has returned, and others have changed, back to the states.</summary>
    public static void FromStates(Tensor own, Tensor states)
    {
        if (!ReferenceEquals(own, states))
            _ = states.copy_(own);
    }

    /// <summary>Hidden means of both phases, transposed, as the product of the gradient wants them: <c>[hidden, data + model]</c>.</summary>
    public Tensor MeansOfProduct()
    {
        if (rounded is null)
            return HiddenMeansTransposed;
        // In order, as the product of bfloat16 would else spend a third of its time on putting them in order, on one thread.
        if (meansTransposed?.size(1) != Both.Rows)
        {
            meansTransposed?.Dispose();
            meansTransposed = Empty(rbm.HiddenSize, Both.Rows);
        }

        TransposeKernel.Transpose(Both.HiddenMeans, meansTransposed);
        return meansTransposed;
    }

    /// <summary>Computes the hidden means of a phase from its hidden inputs and, unless null, samples h.</summary>
    public void Activate(RbmPhase phase, Tensor? states, Generator? generator)
        => rbm.Hidden.Activate(phase.HiddenInputs, phase.HiddenMeans, states, generator);

    public void Dispose()
    {
        DisposeAll(views);
        DisposeAll(tensors);
        DropGaps();
        chains?.Dispose();
        meansTransposed?.Dispose();
        weightTransposed.Dispose();
    }

    private void DropGaps()
    {
        Gaps?.Dispose();
        absent?.Dispose();
        (Gaps, absent) = (null, null);
    }

    private RbmPhase Phase(long first, long rows)
        => new(rows, Keep(tensors[0].narrow(0, first, rows)), Keep(tensors[1].narrow(0, first, rows)), Keep(tensors[2].narrow(0, first, rows)));

    private Tensor Empty(long rows, long columns)
    {
        if (rounded is null)
            return torch.empty(rows, columns, weight.dtype, weight.device).DetachFromDisposeScope();
        // Zeros, as kernels pass over what lies between rows.
        var lines = ((columns + ElementsOfLine - 1) / ElementsOfLine) | 1;
        using var whole = torch.zeros(rows, lines * ElementsOfLine, ScalarType.BFloat16, weight.device);
        return whole.narrow(1, 0, columns).DetachFromDisposeScope();
    }

    private Tensor Filled(long rows, double value) => torch.empty(rows, rbm.Weight.dtype, rbm.Weight.device).Fill(value);

    private Tensor Keep(Tensor view)
    {
        views.Add(view.DetachFromDisposeScope());
        return view;
    }

    private static void DisposeAll(IEnumerable<Tensor> tensors)
    {
        foreach (var tensor in tensors)
            tensor.Dispose();
        (tensors as List<Tensor>)?.Clear();
    }
}
