using FsCheck;
using FsCheck.Fluent;

namespace ApiLb.UnitTests;

/// <summary>Files as a typing error, a bad merge or an attacker would leave them: pieces removed, doubled, and fragments put in.</summary>
internal static class MutatedText
{
    private const int LongestSlice = 60;

    /// <param name="files">What is mutated, one of them each time.</param>
    /// <param name="fragments">Texts that mean something to the parser.</param>
    /// <param name="edits">The most changes to one file; at least 1.</param>
    public static Gen<string> Of(IReadOnlyList<string> files, IReadOnlyList<string> fragments, int edits) =>
        from file in Gen.Elements<string>(files)
        from count in Gen.Choose(1, edits)
        from mutated in Enumerable.Range(0, count).Aggregate(Gen.Constant(file), (text, _) => text.SelectMany(t => Edit(t, fragments)))
        select mutated;

    private static Gen<string> Edit(string text, IReadOnlyList<string> fragments) =>
        from at in Gen.Choose(0, text.Length)
        from removed in Gen.Frequency((3, Gen.Constant(0)), (3, Gen.Choose(0, 3)), (1, Gen.Choose(0, 200)))
        from added in Gen.OneOf(Gen.Elements<string>(fragments), Gen.Constant(""), Slice(text))
        let rest = Math.Min(text.Length, at + removed)
        select text[..at] + added + text[rest..];

    private static Gen<string> Slice(string text) =>
        from at in Gen.Choose(0, text.Length)
        from length in Gen.Choose(0, LongestSlice)
        select text.Substring(at, Math.Min(length, text.Length - at));
}
