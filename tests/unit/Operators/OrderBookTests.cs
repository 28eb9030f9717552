using System.Text;
using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.Operators;
using ApiLb.Storage;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Operators;

public sealed class OrderBookTests : IDisposable
{
    private static readonly OrderTerms Terms = new("uid 0", DateTimeOffset.UnixEpoch.AddDays(1), DateTimeOffset.UnixEpoch.AddDays(2));

    private static readonly StandingOrder Order = new("control-plane", "cp1")
    {
        Mode = new ModeOrder(OperatorMode.Drain, Terms) { Grace = TimeSpan.FromSeconds(30), Pace = 5 },
        Weight = new WeightOrder(0, Terms),
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb");

    private string FilePath => Path.Combine(_folder.FullName, OrderBook.FileName);

    private OrderBook Book => new(_folder.FullName, NullLogger.Instance);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Saved_IsLoaded()
    {
        Assert.Null(await Book.SaveAsync([Order], CancellationToken.None));

        Assert.Equal([Order], await Book.LoadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task DirectoryThatCannotBeWritten_IsSaid()
    {
        OrderBook book = new(Path.Combine(FilePath, "below-a-file"), NullLogger.Instance);
        await File.WriteAllTextAsync(FilePath, "");

        Assert.NotNull(await book.SaveAsync([Order], CancellationToken.None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"version":1,"checksum":"x","orders":[null]}""")]
    [InlineData("""{"version":1,"checksum":"x","orders":[{"pool":null,"backend":"cp1"}]}""")]
    [InlineData("""{"version":2,"checksum":"","orders":[]}""")]
    public async Task OtherContent_IsNothing(string content)
    {
        await File.WriteAllBytesAsync(FilePath, Encoding.UTF8.GetBytes(content));

        Assert.Empty(await Book.LoadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task AnyDamage_IsNoticedOrHarmless()
    {
        await Book.SaveAsync([Order], CancellationToken.None);
        var whole = await File.ReadAllBytesAsync(FilePath);
        var damage = from at in Gen.Choose(0, whole.Length - 1)
                     from value in Gen.Choose(0, 255)
                     from length in Gen.Choose(0, whole.Length)
                     select (At: at, Value: (byte)value, Length: length);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(damage.ToArbitrary(), change =>
        {
            var damaged = whole[..change.Length];
            if (change.At < change.Length)
            {
                damaged[change.At] = change.Value;
            }

            try
            {
                Assert.Equal([Order], StateDocument.Parse(damaged, 1, OrderJsonContext.Default.OrderDocument).Orders);
            }
            catch (Exception e) when (e is FormatException or System.Text.Json.JsonException)
            {
                // Noticed.
            }
        }));
    }
}
