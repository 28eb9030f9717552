using System.Text;
using ApiLb.Discovery;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Discovery;

public sealed class LastGoodMembersTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-last-good-");

    private string State => Path.Combine(_folder.FullName, "state");

    private string FilePath => Path.Combine(State, "members-cp.json");

    private LastGoodMembers Store => new(State, "cp", NullLogger.Instance);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Saved_IsLoaded()
    {
        await SaveAsync([Members.At("10.0.0.1:6443", "cp1"), Members.At("[2001:db8::1]:6443")]);

        var loaded = await Store.LoadAsync(CancellationToken.None);

        Assert.Equal([Members.At("10.0.0.1:6443", "cp1"), Members.At("[2001:db8::1]:6443")], loaded["kubernetes"]);
    }

    [Fact]
    public async Task SavedAgain_ReplacesTheFileAndLeavesNothingElse()
    {
        await SaveAsync(Members.Of("abc"));
        await SaveAsync(Members.Of("b"));

        Assert.Equal(Members.Of("b"), (await Store.LoadAsync(CancellationToken.None))["kubernetes"]);
        Assert.Equal([FilePath], Directory.GetFiles(State));
    }

    [Fact]
    public async Task NoFile_IsNothing() => Assert.Empty(await Store.LoadAsync(CancellationToken.None));

    [Fact]
    public async Task CutAtAnyByte_IsNothing()
    {
        await SaveAsync(Members.Of("ab"));
        var whole = await File.ReadAllBytesAsync(FilePath);

        Assert.All(Enumerable.Range(0, whole.Length), length =>
        {
            var error = Record.Exception(() => LastGoodMembers.Parse(whole.AsSpan(0, length)));
            Assert.True(error is FormatException or System.Text.Json.JsonException, $"{length}: {error}");
        });
    }

    [Fact]
    public async Task OneWrongByte_IsNoticedOrHarmless()
    {
        await SaveAsync(Members.Of("ab"));
        var whole = await File.ReadAllBytesAsync(FilePath);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Changes(whole.Length).ToArbitrary(), change =>
        {
            var damaged = (byte[])whole.Clone();
            damaged[change.At] = change.Value;
            try
            {
                Assert.Equal(Members.Of("ab"), LastGoodMembers.Parse(damaged)["kubernetes"]);
            }
            catch (Exception e) when (e is FormatException or System.Text.Json.JsonException)
            {
                // Noticed.
            }
        }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"version":2,"checksum":"","sources":[]}""")]
    [InlineData("""{"version":1,"checksum":"","sources":[]}""")]
    [InlineData("""{"version":1,"checksum":"x","sources":[null]}""")]
    public async Task OtherContent_IsNothing(string content)
    {
        Directory.CreateDirectory(State);
        await File.WriteAllBytesAsync(FilePath, Encoding.UTF8.GetBytes(content));

        Assert.Empty(await Store.LoadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task DirectoryThatCannotBeMade_IsNoFault()
    {
        await File.WriteAllTextAsync(State, "a file, not a directory");

        await SaveAsync(Members.Of("a"));

        Assert.Empty(await Store.LoadAsync(CancellationToken.None));
    }

    private static Gen<(int At, byte Value)> Changes(int length) =>
        from at in Gen.Choose(0, length - 1)
        from value in Gen.Choose(0, 255)
        select (at, (byte)value);

    private Task SaveAsync(Member[] members) => Store.SaveAsync([KeyValuePair.Create("kubernetes", (IReadOnlyList<Member>)members)], CancellationToken.None);
}
