using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

public sealed class SparseRowTests
{
    [Fact]
    public void Sparse_rows_train_the_same_bits_as_dense_ones()
    {
        using var scope = torch.NewDisposeScope();
        var dense = Make.Bits(1, 230, 12, 0.2).to(ScalarType.Float32);
        // Without what initializes from a sample.
        var options = new TrainingOptions { Epochs = 3, InitializeFromData = false, Centering = null, NegativePhase = new ContrastiveDivergence(), Optimizer = new AdamSettings() };
        using var ofDense = Rbm.Bernoulli(12, 5, seed: 2);
        using var ofSparse = Rbm.Bernoulli(12, 5, seed: 2);
        _ = ofDense.Fit(dense, options);
        _ = ofSparse.Fit(dense.to_sparse(), options);
        Near.SameBits(ofSparse.Weight, ofDense.Weight).Should().BeTrue();
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("bars 3x3")]
    [InlineData("categories")]
    [InlineData("two scales")]
    public void Sparse_rows_learn_as_well_by_default(string name)
    {
        using var scope = torch.NewDisposeScope();
        var set = SmallSets.Get(name);
        using var rows = set.Rows();
        using var ofDense = set.NewRbm(rows.shape[1], 1);
        using var ofSparse = set.NewRbm(rows.shape[1], 1);
        _ = ofDense.Fit(rows, new() { Epochs = 50 });
        _ = ofSparse.Fit(rows.to_sparse(), new() { Epochs = 50 });
        Likelihood(ofSparse).Should().BeGreaterThan(Likelihood(ofDense) - 0.15);

        double Likelihood(Rbm rbm) => LogLikelihood.Evaluate(rbm, rows, ExactEnumeration.LogPartition(rbm)).Mean;
    }

    [Fact]
    public void Features_of_sparse_rows_are_those_of_dense_ones()
    {
        using var scope = torch.NewDisposeScope();
        // More rows than a block has of so many columns.
        const int Columns = 100_000;
        var places = torch.stack([torch.arange(400).remainder(200), torch.arange(400) * 249]);
        var sparse = torch.sparse_coo_tensor(places, torch.ones(400), [200, Columns]);
        using var rows = new SparseRows(sparse);
        rows.BlockRows.Should().BeLessThan(200);
        using var dbn = new Dbn(new Rbm(new BernoulliUnits(Columns), new BernoulliUnits(3), WeightInitialization.Normal(1)), Rbm.Bernoulli(3, 2));
        var dense = sparse.to_dense();
        dbn.Layers[0].Transform(sparse).ShouldBeNear(dbn.Layers[0].Transform(dense), 1e-6);
        dbn.Transform(sparse).ShouldBeNear(dbn.Transform(dense), 1e-6);
        var two = () => dbn.Layers[0].Transform(torch.sparse_coo_tensor(places, torch.full(400, 2f), [200, Columns]));
        two.Should().Throw<ArgumentException>().WithMessage("Expected values in [0, 1]*").WithParameterName("visible");
        var hybrid = () => dbn.Transform(torch.sparse_coo_tensor(torch.tensor(new long[,] { { 0, 2 } }), torch.ones(2, Columns), [3, Columns]));
        hybrid.Should().Throw<ArgumentException>().WithMessage("Expected a tensor that is sparse in rows and columns*").WithParameterName("data");
        var narrow = () => dbn.Transform(torch.eye(4).to_sparse());
        narrow.Should().Throw<ArgumentException>().WithMessage("Expected a tensor of shape [rows, 100000]*").WithParameterName("data");
    }

    [Fact]
    public void Entries_come_in_any_order_and_twice()
    {
        using var scope = torch.NewDisposeScope();
        // Row 1 is empty; the entry at [2, 0] is there twice.
        var indices = torch.tensor(new long[,] { { 2, 0, 2, 0, 3 }, { 0, 3, 0, 1, 2 } });
        var sparse = torch.sparse_coo_tensor(indices, torch.tensor([0.25f, 1, 0.5f, 1, 1]), [4, 4]);
        using var rows = new SparseRows(sparse);
        rows.Read(torch.tensor([2L, 0, 1, 3])).ShouldBeNear([0.75, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0], 0);
        torch.cat([.. rows.Blocks()]).ShouldBeNear(sparse.to_dense(), 0);
    }

    [Fact]
    public void Sums_of_columns_are_those_of_the_dense_rows()
    {
        using var scope = torch.NewDisposeScope();
        var dense = Make.Normal(1, 1, 30, 5) * Make.Bits(2, 30, 5, 0.3);
        var weights = torch.arange(30).remainder(4).to(ScalarType.Float64);
        var gapped = dense.clone();
        gapped[3, 2] = double.NaN;
        using var rows = new SparseRows(gapped.to_sparse());
        var (values, squares, counts) = rows.Sums(weights);
        _ = dense[3, 2].zero_();
        values.ShouldBeNear(weights.matmul(dense), 1e-12);
        squares.ShouldBeNear(weights.matmul(dense.square()), 1e-12);
        counts.ShouldBeNear(weights.sum() - torch.tensor([0.0, 0, 3, 0, 0]), 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sparse_rows_initialize_a_machine_as_dense_ones_do(bool areWeighted)
    {
        using var scope = torch.NewDisposeScope();
        // More rows than are drawn to stand for all.
        var dense = ((Make.Normal(1, 1, 3000, 2) * torch.tensor([2.0, 0.1]) + 1) * Make.Bits(2, 3000, 2, 0.3)).to(ScalarType.Float32);
        var weights = areWeighted ? torch.arange(3000).remainder(4).square() : null;
        using var ofDense = Rbm.Gaussian(2, 3);
        using var ofSparse = Rbm.Gaussian(2, 3);
        // A rate of almost 0 leaves the initial values.
        var options = new TrainingOptions { Epochs = 1, LearningRate = 1e-12, Averaging = 0 };
        _ = ofDense.Fit(dense, options, weights: weights);
        _ = ofSparse.Fit(dense.to_sparse(), options, weights: weights);
        foreach (var (a, b) in ofSparse.parameters().Zip(ofDense.parameters()))
            a.ShouldBeNear(b, 1e-4);
    }

    [Fact]
    public void A_network_learns_from_sparse_rows_with_weights()
    {
        using var scope = torch.NewDisposeScope();
        var rows = SmallSets.Get("prototypes").Rows();
        var weights = torch.arange(rows.shape[0]).remainder(3).to(ScalarType.Float32);
        using var ofDense = Dbn.Bernoulli([rows.shape[1], 6, 4], seed: 1);
        using var ofSparse = Dbn.Bernoulli([rows.shape[1], 6, 4], seed: 1);
        var options = new DbnTrainingOptions { Epochs = 2, InitializeFromData = false, Centering = null, NegativePhase = new ContrastiveDivergence() };
        _ = ofDense.Fit(rows, options, weights: weights);
        _ = ofSparse.Fit(rows.to_sparse(), options, weights: weights);
        foreach (var (a, b) in ofSparse.parameters().Zip(ofDense.parameters()))
            a.ShouldBeNear(b, 1e-6);
    }

    [Fact]
    public void Few_of_many_sparse_rows_may_count()
    {
        using var scope = torch.NewDisposeScope();
        // A sample of all rows has none of them.
        var rows = torch.eye(5000, 3);
        var weights = torch.zeros(5000);
        _ = weights.narrow(0, 1, 2).fill_(1);
        using var rbm = Rbm.Bernoulli(3, 2);
        var history = rbm.Fit(rows.to_sparse(), new() { Epochs = 1, BatchSize = 1000 }, weights: weights);
        history.Last.ReconstructionError.Should().BeInRange(0.1, 1);
    }

    [Fact]
    public void Wrong_values_and_shapes_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2);
        Refused(() => rbm.Fit((torch.eye(3) * 2).to_sparse())).WithMessage("*[0, 1]*found values in [0, 2]*");
        Refused(() => rbm.Fit(torch.eye(4).to_sparse())).WithMessage("*[rows, 3]*[4, 4]*");
        Refused(() => rbm.Fit(torch.eye(3, dtype: ScalarType.Float64).to_sparse())).WithMessage("*Float32*Float64*");
        Refused(() => rbm.Fit(torch.eye(3), validation: torch.eye(3).to_sparse())).WithMessage("*dense*to_dense*");
        // What a sparse tensor leaves out is 0, and a group of zeros is of no category.
        using var categories = new Rbm(new SoftmaxUnits(1, 3), new BernoulliUnits(2));
        Refused(() => categories.Fit(torch.zeros(2, 3).to_sparse())).WithMessage("*sum to 1*");

        static FluentAssertions.Specialized.ExceptionAssertions<ArgumentException> Refused(Action action) => action.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Features_of_wide_and_rare_rows_vary()
    {
        using var scope = torch.NewDisposeScope();
        // Four topics of 500 words each of 2,000; a text has two in a hundred of its topic's words, one in two thousand of the others.
        using var generator = new Generator(1);
        var topic = torch.arange(400).remainder(4).unsqueeze(1).eq(torch.arange(2000).remainder(4).unsqueeze(0));
        var texts = torch.rand(400, 2000, generator: generator).lt(torch.where(topic, 0.02f, 0.0005f)).to(ScalarType.Float32);
        using var rbm = Rbm.Bernoulli(2000, 10, seed: 1);
        _ = rbm.Fit(texts.to_sparse(), new() { Epochs = 20 });
        using var features = rbm.Transform(texts);
        features.std(0, unbiased: false).max().item<float>().Should().BeGreaterThan(0.1f);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Features_of_far_more_columns_than_rows_vary()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(1);
        // Twenty words of 20,000 in a text.
        var texts = torch.rand(1000, 20_000, generator: generator).lt(0.001).to(ScalarType.Float32);
        using var rbm = Rbm.Bernoulli(20_000, 100, seed: 1);
        _ = rbm.Fit(texts.to_sparse(), new() { Epochs = 5 });
        using var features = rbm.Transform(texts.to_sparse());
        features.std(0, unbiased: false).mean().item<float>().Should().BeGreaterThan(0.01f);
    }

    [Fact]
    public void A_deep_Boltzmann_machine_learns_the_same_bits_and_makes_the_same_features()
    {
        using var scope = torch.NewDisposeScope();
        var dense = Make.Bits(1, 230, 12, 0.2).to(ScalarType.Float32);
        // Without what initializes from a sample.
        var options = new DbmTrainingOptions { Epochs = 3, InitializeFromData = false, Centering = null, NegativePhase = new ContrastiveDivergence() };
        using var ofDense = Dbm.Bernoulli([12, 5, 4], seed: 2);
        using var ofSparse = Dbm.Bernoulli([12, 5, 4], seed: 2);
        _ = ofDense.Fit(dense, options);
        _ = ofSparse.Fit(dense.to_sparse(), options);
        foreach (var (a, b) in ofSparse.parameters().Zip(ofDense.parameters()))
            Near.SameBits(a, b).Should().BeTrue();
        ofSparse.Transform(dense.to_sparse()).ShouldBeNear(ofDense.Transform(dense), 1e-6);
    }

    [Fact]
    public void Compressed_layouts_are_taken_as_coordinates_are()
    {
        using var scope = torch.NewDisposeScope();
        // TorchSharp makes no such tensors by itself.
        using var script = torch.jit.compile("def rows(x : Tensor) -> Tensor:\n    return x.to_sparse_csr()\ndef columns(x : Tensor) -> Tensor:\n    return x.to_sparse_csc()\n");
        var dense = Make.Bits(1, 230, 12, 0.2).to(ScalarType.Float32);
        foreach (var layout in new[] { "rows", "columns" })
        {
            var compressed = (Tensor)script.invoke(layout, dense);
            Same(() => Rbm.Bernoulli(12, 5, seed: 2), (rbm, rows) => rbm.Fit(rows), (rbm, rows) => rbm.Transform(rows));
            Same(() => Dbn.Bernoulli([12, 5, 4], seed: 2), (dbn, rows) => dbn.Fit(rows), (dbn, rows) => dbn.Transform(rows));
            Same(() => Dbm.Bernoulli([12, 5, 4], seed: 2), (dbm, rows) => dbm.Fit(rows), (dbm, rows) => dbm.Transform(rows));
            var labels = dense.select(1, 0).to(ScalarType.Int64);
            Same(() => Classifier.Random([12, 5], 2, seed: 1), (net, rows) => net.FitClassifier(rows, labels, validation: (rows, labels)), (net, rows) => net.PredictProbabilities(rows));

            using var rbm = Rbm.Bernoulli(12, 5);
            rbm.Invoking(net => net.Fit(dense, validation: compressed)).Should().Throw<ArgumentException>().WithMessage("*CSR*[230, 12]*to_dense()*");
            using var narrow = Rbm.Bernoulli(11, 5);
            narrow.Invoking(rbm => rbm.Fit(compressed)).Should().Throw<ArgumentException>().WithMessage("*[rows, 11]*[230, 12]*");

            void Same<TModel>(Func<TModel> make, Action<TModel, Tensor> fit, Func<TModel, Tensor, Tensor> transform)
                where TModel : torch.nn.Module
            {
                using var one = make();
                using var other = make();
                fit(one, dense.to_sparse());
                fit(other, compressed);
                foreach (var (a, b) in other.parameters().Zip(one.parameters()))
                    Near.SameBits(a, b).Should().BeTrue();
                transform(other, compressed).ShouldBeNear(transform(one, dense), 1e-6);
            }
        }
    }
}
