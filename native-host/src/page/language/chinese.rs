//! Simplified or traditional Chinese, by characters that only one of them uses.

/// How Chinese is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// As in mainland China and Singapore.
    Simplified,
    /// As in Taiwan, Hong Kong and Macau.
    Traditional,
}

/// Frequent characters of simplified Chinese that traditional texts do not have.
const SIMPLIFIED: &str = "这们来时说国会个为学对发开关东车马鸟鱼门问间长书买卖见观话语谁请让认识记许论设访证评译试\
    该详误读课调谈谢还进过运达远连选种类总结统经给绝续维网红约级纪线细织终组绍绩应当单报动务\
    办劳势员团园图实审导将尔届岁岛师带广庆库废张弹归录态恶战户护择换据损摇数断无旧显权条极构\
    标样树桥机档检欢毕气汉沟没泽济浓测浅热爱独环现电画疗监盖盘码确离积称稳穷签简粮紧纸罗联职\
    聪肃脑节药虑虽补装觉规视览计订讨训议讲责败货质贫购贸费资赛赵跃转轮软轻载较边迁违递邓郑银\
    错键锁队阳阶际陈险难韦页项顺须顾预领频题颜风飞饭馆验体点";

/// The same of traditional Chinese.
const TRADITIONAL: &str = "這們來時說國會個為學對發開關東車馬鳥魚門問間長書買賣見觀話語誰請讓認識記許論設訪證評譯試\
    該詳誤讀課調談謝還進過運達遠連選種類總結統經給絕續維網紅約級紀線細織終組紹績應當單報動務\
    辦勞勢員團園圖實審導將爾屆歲島師帶廣慶庫廢張彈歸錄態惡戰戶護擇換據損搖數斷無舊顯權條極構\
    標樣樹橋機檔檢歡畢氣漢溝沒澤濟濃測淺熱愛獨環現電畫療監蓋盤碼確離積稱穩窮簽簡糧緊紙羅聯職\
    聰肅腦節藥慮雖補裝覺規視覽計訂討訓議講責敗貨質貧購貿費資賽趙躍轉輪軟輕載較邊遷違遞鄧鄭銀\
    錯鍵鎖隊陽階際陳險難韋頁項順須顧預領頻題顏風飛飯館驗體點";

/// How a Chinese text is written; nothing when none of its characters tells.
pub fn script(text: &str) -> Option<Script> {
    let count = |table: &str| {
        text.chars()
            .filter(|&character| table.contains(character))
            .count()
    };
    let (simplified, traditional) = (count(SIMPLIFIED), count(TRADITIONAL));
    match simplified.cmp(&traditional) {
        std::cmp::Ordering::Greater => Some(Script::Simplified),
        std::cmp::Ordering::Less => Some(Script::Traditional),
        std::cmp::Ordering::Equal => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_is_in_both_tables() {
        let shared: String = SIMPLIFIED
            .chars()
            .filter(|&character| TRADITIONAL.contains(character))
            .filter(|character| !character.is_whitespace())
            .collect();
        assert_eq!(shared, "");
    }

    #[test]
    fn the_script_is_told_by_the_majority() {
        assert_eq!(script("这本书很贵"), Some(Script::Simplified));
        assert_eq!(script("這本書很貴"), Some(Script::Traditional));
        assert_eq!(script("他說：“这是国内的书。”"), Some(Script::Simplified));
        assert_eq!(script("人山人海"), None);
    }
}
