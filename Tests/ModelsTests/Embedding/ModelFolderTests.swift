import Domain
import Platform
import Testing

@testable import Models

@Suite struct ModelFolderTests {
    /// What is said about a copy of a fixture after a change to it.
    private func refusal(_ name: String = "e5-tiny-v2", _ change: (ScratchFolder) throws -> Void) throws -> String {
        let tiny = try TinyModel(name)
        try change(tiny.folder)
        do throws(EmbeddingError) {
            _ = try LocalEmbedder(LocalModel(folder: tiny.path))
            return withExtendedLifetime(tiny.folder) { "nothing was wrong" }
        } catch {
            #expect(error.code == .model)
            return error.message
        }
    }

    private func read(_ name: String) throws -> ModelFolder {
        let tiny = try TinyModel(name)
        return try withExtendedLifetime(tiny.folder) { try ModelFolder(path: tiny.path) }
    }

    @Test func `what the files of each layout say is read`() throws {
        let bge = try read("bge-tiny-en-v1.5")
        #expect(bge.pooling == .first)
        #expect(bge.maximumTokens == 120)
        #expect(bge.prefixes.query == "Represent this sentence for searching relevant passages: ")
        #expect(bge.prefixes.passage == "")
        let e5 = try read("e5-tiny-v2")
        #expect(e5.pooling == .mean)
        #expect(e5.maximumTokens == 128, "not more than there are positions")
        #expect(e5.prefixes == Prefixes(query: "query: ", passage: "passage: "))
        let tiny = try read("all-Tiny-L3")
        #expect(tiny.maximumTokens == 96)
        #expect(tiny.prefixes == Prefixes(query: "find: ", passage: "text: "))
        let plain = try read("plain-base")
        #expect(plain.pooling == .mean)
        #expect(plain.prefixes == Prefixes(query: "", passage: ""))
    }

    @Test(arguments: [
        ("/models/all-MiniLM-L6-v2/", "all-MiniLM-L6-v2", ""),
        ("./e5-base", "e5-base", "query: "),
        ("/hub/models--intfloat--e5-small-v2/snapshots/0123abc", "e5-small-v2", "query: "),
        ("/hub/models--BAAI--bge-small-zh-v1.5/snapshots/0123abc", "bge-small-zh-v1.5", "为这个句子生成表示以用于检索相关文章："),
        ("/x/BAAI_bge-small-en", "BAAI_bge-small-en", "Represent this sentence for searching relevant passages: "),
        ("/x/phoebge-e50", "phoebge-e50", ""), ("/", "model", ""),
    ])
    func `the name tells what to call a model and what goes before a query`(
        _ path: String, _ name: String, _ query: String
    ) {
        #expect(ModelName(path: path).name == name)
        #expect(ModelName(path: path).prefixes.query == query)
    }

    @Test(arguments: [
        ("nomic_bert", "rotary positions"), ("modernbert", "rotary positions"), ("new", "rotary positions"),
        ("xlm-roberta", "not WordPiece"), ("distilbert", "not BERT's"), ("llama", "'llama'"),
    ])
    func `another kind of model is refused by its name, with those that work`(_ kind: String, _ why: String) throws {
        let text = try refusal { try $0.write("e5-tiny-v2/config.json", #"{"model_type":"\#(kind)"}"#) }
        #expect(text.contains("'\(kind)'") && text.contains(why), "\(text)")
        #expect(text.contains("all-MiniLM") && text.contains("bge") && text.contains("e5") && text.contains("gte"))
    }

    @Test(arguments: [
        ("config.json", "", "not JSON"),
        ("config.json", "{", "not JSON"),
        ("config.json", "{}", "of no kind"),
        ("modules.json", #"[{"type":"sentence_transformers.models.Dense","path":"2_Dense"}]"#, "'Dense'"),
        ("modules.json", #"[{"type":"x.Transformer","path":"../other"}]"#, "outside"),
        ("1_Pooling/config.json", #"{"pooling_mode_max_tokens":true}"#, "'max_tokens'"),
        ("1_Pooling/config.json", #"{"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":true}"#, "+"),
        ("1_Pooling/config.json", #"{"pooling_mode":"lasttoken"}"#, "'lasttoken'"),
        ("1_Pooling/config.json", #"{"pooling_mode":"mean","include_prompt":false}"#, "include_prompt"),
        ("1_Pooling/config.json", "{}", "'none'"),
        ("sentence_bert_config.json", #"{"max_seq_length":3}"#, "3 tokens"),
        ("tokenizer.json", #"{"model":{"type":"Unigram","vocab":[]}}"#, "Unigram"),
        ("tokenizer.json", #"{"model":{"type":"BPE","vocab":{}}}"#, "BPE"),
        ("tokenizer.json", #"{"model":{"type":"WordPiece","vocab":{}}}"#, "no vocabulary"),
        ("tokenizer.json", #"{"model":{"type":"WordPiece","vocab":{"a":-1}}}"#, "without a number"),
        ("tokenizer.json", #"{"model":{"type":"WordPiece","vocab":{"a":1}},"normalizer":{"type":"NFC"}}"#, "NFC"),
        (
            "tokenizer.json",
            #"{"model":{"type":"WordPiece","vocab":{"a":1}},"normalizer":{"type":"BertNormalizer"},"#
                + #""pre_tokenizer":{"type":"BertPreTokenizer"}}"#, "no [UNK]"
        ),
        ("model.safetensors", "short", "cut short"),
    ])
    func `a file that is damaged or asks for something else is refused with the reason`(
        _ file: String, _ content: String, _ why: String
    ) throws {
        let text = try refusal { try $0.write("e5-tiny-v2/\(file)", content) }
        #expect(text.contains(why), "\(text)")
        #expect(text.contains("e5-tiny-v2"), "the file is named: \(text)")
    }

    @Test(arguments: [
        ("config.json", "so it is no model folder"), ("model.safetensors", "has no model.safetensors"),
        ("tokenizer.json", "no tokenizer.json and no vocab.txt"),
    ])
    func `a file that is missing is named`(_ file: String, _ why: String) throws {
        let text = try refusal { try $0.remove("e5-tiny-v2/\(file)") }
        #expect(text.contains(why), "\(text)")
    }

    @Test func `a folder with weights of another format says which`() throws {
        let text = try refusal {
            try $0.remove("e5-tiny-v2/model.safetensors")
            try $0.write("e5-tiny-v2/pytorch_model.bin", "x")
        }
        #expect(text.contains("only pytorch_model.bin"), "\(text)")
    }

    @Test func `a tokenizer of another library is refused by its kind`() throws {
        let text = try refusal {
            try $0.remove("e5-tiny-v2/tokenizer.json")
            try $0.write("e5-tiny-v2/sentencepiece.bpe.model", "x")
        }
        #expect(text.contains("Unigram"), "\(text)")
        let other = try refusal("gte-tiny") {
            try $0.write("gte-tiny/tokenizer_config.json", #"{"tokenizer_class":"MPNetTokenizer"}"#)
        }
        #expect(other.contains("MPNetTokenizer"), "\(other)")
    }

    @Test func `a folder that is not there is named with the reason`() {
        #expect(throws: EmbeddingError.self) { try LocalEmbedder(LocalModel(folder: "/nowhere/model")) }
    }

    @Test func `vocab_txt and tokenizer_json of the same vocabulary give the same tokens`() throws {
        let lines = try TinyModel("gte-tiny")
        let fromLines = try EmbeddingFixtures.tokenizer(lines.path)
        let fromJSON = try EmbeddingFixtures.tokenizer(EmbeddingFixtures.folder + "/tokenizer")
        #expect(fromLines.rules.start == fromJSON.rules.start && fromLines.rules.end == fromJSON.rules.end)
        for line in try EmbeddingFixtures.lines("tokenizer/expected.jsonl") {
            let text = line["text"]?.string ?? ""
            #expect(fromLines.numbers(of: text) == fromJSON.numbers(of: text))
        }
    }
}
